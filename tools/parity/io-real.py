"""Golden numbers of real files, for packages/io; the files themselves stay where they are.

    /usr/bin/python3 tools/parity/io-real.py $GENEFORMER_DATA packages/io/fixtures

Needs anndata 0.8, h5py, scipy and pandas (Debian 12: python3-anndata). Writes real.json: for each file and layer its shape, the
number and sum of its non-zeros, a sum weighted by position (so that a shifted or transposed matrix differs), the beginning of
three of its rows, the first and last names and a digest of all, and for each column of the tables its kind, how many values are
missing, the first and last of them and a digest (of text) or sum (of numbers). Entries `file#genome` are those genes only.
"""

import glob
import gzip
import hashlib
import json
import os
import sys
import warnings

import anndata
import h5py
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse as sp

warnings.filterwarnings("ignore")
DATA, OUT = sys.argv[1:3]


def matrix(x):
    coo = sp.coo_matrix(x)
    keep = coo.data != 0
    row, col, value = coo.row[keep], coo.col[keep], coo.data[keep].astype(np.float64)
    return {
        "shape": list(coo.shape),
        "nonZeros": int(keep.sum()),
        "sum": float(value.sum()),
        "weighted": float((value * (row % 7 + 1) * (col % 11 + 1)).sum()),
        "rows": {int(r): beginning(row, col, value, r) for r in sorted({0, coo.shape[0] // 2, coo.shape[0] - 1})},
    }


def beginning(row, col, value, r):
    """The first five non-zeros of a row as [column, value] pairs."""
    mine = row == r
    order = np.argsort(col[mine], kind="stable")[:5]
    return [[int(c), float(v)] for c, v in zip(col[mine][order], value[mine][order])]


def digest(texts):
    return hashlib.sha256("\n".join("" if t is None else t for t in texts).encode()).hexdigest()[:16]


def text(value):
    if pd.isna(value):
        return None
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    if isinstance(value, (int, float, np.number)):
        return float(value)
    return str(value)


def table(frame):
    columns = {}
    for name in frame:
        values = frame[name]
        kind = "categorical" if values.dtype == "category" else "number"
        if values.dtype == object:
            kind = "string"
        if str(values.dtype) in ("bool", "boolean"):
            kind = "boolean"
        ends = [values.iloc[0], values.iloc[-1]]
        columns[name] = {
            "kind": kind,
            "missing": int(values.isna().sum()),
            "ends": [None if pd.isna(v) else str(v) if kind == "categorical" else text(v) for v in ends],
        }
        if kind == "number":
            columns[name]["sum"] = float(np.nansum(values.to_numpy(dtype=float, na_value=np.nan)))
        elif not all(isinstance(v, (float, np.floating)) for v in values):
            columns[name]["digest"] = digest(None if pd.isna(v) else str(v) if kind == "categorical" else text(v) for v in values)
    names = [str(name) for name in frame.index]
    return {"rows": len(frame), "ends": [names[0], names[-1]], "digest": digest(names), "columns": columns}


def h5ad(path):
    data = anndata.read_h5ad(path)
    layers = {key: matrix(value) for key, value in data.layers.items()}
    if data.X is not None:
        layers["X"] = matrix(data.X)
    if data.raw is not None:
        layers["raw"] = matrix(data.raw.X)
    return {"layers": layers, "obs": table(data.obs), "var": table(data.var)}


def lines(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def mtx(folder):
    def find(*names):
        return next(p for n in names for p in (os.path.join(folder, n), os.path.join(folder, n + ".gz")) if os.path.exists(p))

    genes, cells = lines(find("features.tsv", "genes.tsv")), lines(find("barcodes.tsv"))
    names = ["symbol", "feature_type"][: len(genes[0]) - 1]
    var = pd.DataFrame({n: [g[i + 1] for g in genes] for i, n in enumerate(names)}, index=[g[0] for g in genes], dtype=object)
    obs = pd.DataFrame(index=[c[0] for c in cells])
    x = scipy.io.mmread(find("matrix.mtx")).T
    return {"layers": {"X": matrix(x)}, "obs": table(obs), "var": table(var)}


def counts(path):
    frame = pd.read_csv(path, index_col=0)
    obs = pd.read_csv(path.replace(".count.", ".metadata."), index_col=0).loc[frame.columns]
    return {"layers": {"X": matrix(frame.to_numpy().T)}, "obs": table(obs), "var": table(pd.DataFrame(index=frame.index))}


def decoded(values):
    return [v.decode() if isinstance(v, bytes) else v for v in values]


def column(values):
    return decoded(values) if values.dtype.kind in "SO" else values


def loom(path):
    def attributes(group, names):
        single = {k: column(group[k][()]) for k in sorted(group) if group[k].ndim == 1}
        key = next((name for name in names if name in single), None)
        frame = pd.DataFrame(single)
        if key is not None:
            frame = frame.set_index(key)
        frame.index = frame.index.astype(str)
        return frame

    with h5py.File(path) as file:
        layers = {name: matrix(item[()].T) for name, item in file.get("layers", {}).items()}
        layers["X"] = matrix(file["matrix"][()].T)
        obs = attributes(file["col_attrs"], ["CellID", "cell_id", "obs_names", "barcode", "Barcode", "Cell"])
        var = attributes(file["row_attrs"], ["Gene", "gene", "var_names", "Accession", "ensembl_id"])
    return {"layers": layers, "obs": table(obs), "var": table(var)}


def tenx(path):
    """One entry for the file, or one for every genome of a file of version 2 that has several."""
    with h5py.File(path) as file:
        result = {}
        for name, group in file.items():
            genes, cells = (int(n) for n in group["shape"][()])
            x = sp.csc_matrix((group["data"][()], group["indices"][()], group["indptr"][()]), shape=(genes, cells)).T
            if "genes" in group:
                var = pd.DataFrame({"symbol": decoded(group["gene_names"][()])}, index=decoded(group["genes"][()]))
            else:
                features = group["features"]
                single = {k: column(v[()]) for k, v in features.items() if isinstance(v, h5py.Dataset) and v.shape == (genes,)}
                var = pd.DataFrame(single).set_index("id" if "id" in single else "name").rename(columns={"name": "symbol"})
            obs = pd.DataFrame(index=decoded(group["barcodes"][()]))
            result[name] = {"layers": {"X": matrix(x)}, "obs": table(obs), "var": table(var)}
    return result


golden = {}
h5ads = sorted(glob.glob(os.path.join(DATA, "h5ad-fixtures", "*.h5ad")))
for path in h5ads + sorted(glob.glob(os.path.join(DATA, "pbmc3k-labelled", "**", "*.h5ad"), recursive=True)):
    golden[os.path.relpath(path, DATA)] = h5ad(path)
for path in sorted(glob.glob(os.path.join(DATA, "loom-fixtures", "*.loom"))):
    golden[os.path.relpath(path, DATA)] = loom(path)
for path in sorted(glob.glob(os.path.join(DATA, "tenx-fixtures", "**", "*.h5"), recursive=True)):
    genomes = tenx(path)
    for name, entry in genomes.items():
        golden[os.path.relpath(path, DATA) + (f"#{name}" if len(genomes) > 1 else "")] = entry
for path in sorted(glob.glob(os.path.join(DATA, "**", "*matrix.mtx*"), recursive=True)):
    golden[os.path.relpath(os.path.dirname(path), DATA)] = mtx(os.path.dirname(path))
for path in sorted(glob.glob(os.path.join(DATA, "sc_mixology", "*.count.csv.gz"))):
    golden[os.path.relpath(path, DATA)] = counts(path)
with open(os.path.join(OUT, "real.json"), "w") as out:
    entries = (f"{json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}" for name, entry in golden.items())
    out.write("{\n" + ",\n".join(entries) + "\n}\n")
