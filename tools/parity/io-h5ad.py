"""AnnData fixtures of three ages and what anndata reads from them, for packages/io.

    /usr/bin/python3 tools/parity/io-h5ad.py packages/io/fixtures

Needs anndata 0.8, h5py, scipy and pandas (Debian 12: python3-anndata). Writes current.h5ad (encoding of 0.8, every column
kind, CSR, CSC, dense and integer matrices, raw), grouped.h5ad (0.7: categories apart), records.h5ad (0.6: tables of records),
lzf.h5ad, null.h5ad (an X that is null), and h5ad.json: for each file and layer the matrix and the tables as anndata sees them. When written.h5ad is there (made
by the package itself, see io-written.mjs) what anndata reads from it goes into the same JSON.
"""

import json
import os
import sys
import warnings

import anndata
import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp

warnings.filterwarnings("ignore")
OUT = sys.argv[1]
ROWS, COLS = 7, 5


def matrix(seed, scale=9.0):
    random = np.random.RandomState(seed)
    dense = np.floor(random.rand(ROWS, COLS) * scale)
    dense[random.rand(ROWS, COLS) < 0.5] = 0
    dense[3] = 0
    return dense


def obs():
    return pd.DataFrame(
        {
            "cell_type": pd.Categorical.from_codes([0, 1, -1, 1, 0, 2, 2], ["cTEC", "mTEC", "Käfig"]),
            "count": np.arange(ROWS, dtype=np.int64) * 3,
            "share": np.array([0.5, np.nan, 1.25, -1, 0, 1e-9, 7], dtype=np.float32),
            "kept": np.array([1, 0, 1, 1, 0, 0, 1], dtype=bool),
            "maybe": pd.array([True, None, False, True, None, True, False], dtype="boolean"),
            "age": pd.array([1, None, 3, 4, 5, None, 2**40], dtype="Int64"),
            "note": ["a", "bé", "", "d", "e", "f", "longer text"],
            "plate": pd.Categorical([3, 3, 10, 10, 3, 10, 3]),
        },
        index=[f"cell-{i}" for i in range(ROWS)],
    )


def var(n=COLS):
    return pd.DataFrame({"symbol": [f"G{i}" for i in range(n)]}, index=[f"ENSG{i:011d}" for i in range(n)])


def current():
    data = anndata.AnnData(sp.csr_matrix(matrix(1).astype(np.float32)), obs=obs(), var=var())
    data.raw = anndata.AnnData(sp.csr_matrix(np.hstack([matrix(2), matrix(3)])), var=var(2 * COLS))
    data.layers["columns"] = sp.csc_matrix(matrix(4))
    data.layers["dense"] = matrix(5)
    data.layers["whole"] = sp.csr_matrix(matrix(6).astype(np.int64))
    data.write_h5ad(os.path.join(OUT, "current.h5ad"), compression="gzip")
    data.write_h5ad(os.path.join(OUT, "lzf.h5ad"), compression="lzf")


def grouped():
    with h5py.File(os.path.join(OUT, "grouped.h5ad"), "w") as file:
        sparse = sp.csr_matrix(matrix(7).astype(np.float32))
        x = file.create_group("X")
        x.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": sparse.shape})
        for name in ("data", "indices", "indptr"):
            x[name] = getattr(sparse, name)
        for name, table in (("obs", obs()[["cell_type", "count"]]), ("var", var())):
            group = file.create_group(name)
            group.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.1.0", "_index": "names"})
            group.attrs["column-order"] = list(table.columns)
            group["names"] = table.index.to_numpy(dtype=object)
            for column in table:
                values = table[column]
                if values.dtype == "category":
                    group.create_group("__categories")
                    group[f"__categories/{column}"] = values.cat.categories.to_numpy(dtype=object)
                    group[f"__categories/{column}"].attrs["ordered"] = False
                    group[column] = values.cat.codes.to_numpy()
                    group[column].attrs["categories"] = group[f"__categories/{column}"].ref
                else:
                    group[column] = values.to_numpy(dtype=object if values.dtype == object else None)


def records():
    with h5py.File(os.path.join(OUT, "records.h5ad"), "w") as file:
        file["X"] = matrix(8).astype(np.float32)
        sparse = sp.csr_matrix(matrix(9).astype(np.float32))
        raw = file.create_group("raw.X")
        raw.attrs.update({"h5sparse_format": "csr", "h5sparse_shape": sparse.shape})
        for name in ("data", "indices", "indptr"):
            raw[name] = getattr(sparse, name)
        table = np.zeros(ROWS, dtype=[("index", "S8"), ("cell_type", "i1"), ("count", "<i8"), ("kept", "?")])
        table["index"] = [f"cell-{i}".encode() for i in range(ROWS)]
        table["cell_type"] = [0, 1, -1, 1, 0, 2, 2]
        table["count"] = np.arange(ROWS) * 3
        table["kept"] = [1, 0, 1, 1, 0, 0, 1]
        file["obs"] = table
        file["uns/cell_type_categories"] = np.array(["cTEC", "mTEC", "cycling"], dtype=object)
        genes = np.zeros(COLS, dtype=[("index", "S15")])
        genes["index"] = [f"ENSG{i:011d}".encode() for i in range(COLS)]
        file["var"] = genes
        file["raw.var"] = genes


def null():
    with h5py.File(os.path.join(OUT, "null.h5ad"), "w") as file:
        file["X"] = h5py.Empty("f4")
        file["X"].attrs.update({"encoding-type": "null", "encoding-version": "0.1.0"})
        file["layers/counts"] = matrix(10)


def plain(value):
    if pd.isna(value):
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return float(value) if isinstance(value, (int, float, np.number)) else str(value)


def table(frame):
    columns = {}
    for name in frame:
        values = frame[name]
        categorical = values.dtype == "category"
        columns[name] = {
            "kind": "categorical" if categorical else str(values.dtype),
            "values": [None if pd.isna(v) else str(v) if categorical else plain(v) for v in values],
        }
    return {"index": list(frame.index), "columns": columns}


def rows(x):
    return np.asarray(x.todense() if sp.issparse(x) else x, dtype=float).tolist()


def describe(name):
    data = anndata.read_h5ad(os.path.join(OUT, name))
    layers = {"X": rows(data.X), **{key: rows(value) for key, value in data.layers.items()}}
    result = {"obs": table(data.obs), "var": table(data.var), "layers": layers, "dtype": str(data.X.dtype)}
    if data.raw is not None:
        result["layers"]["raw"] = rows(data.raw.X)
        result["rawVar"] = table(data.raw.var)
    result["uns"] = {key: plain(value) for key, value in data.uns.items() if isinstance(value, (str, float, np.number))}
    return result


current()
grouped()
records()
null()
names = ["current.h5ad", "grouped.h5ad", "records.h5ad"]
if os.path.exists(os.path.join(OUT, "written.h5ad")):
    names.append("written.h5ad")
with open(os.path.join(OUT, "h5ad.json"), "w") as out:
    json.dump({name: describe(name) for name in names}, out, indent=1, ensure_ascii=False)
