"""Golden numbers of real files, for packages/io; the files themselves stay where they are.

    /usr/bin/python3 tools/parity/io-real.py $GENEFORMER_DATA packages/io/fixtures

Needs anndata 0.8, h5py, scipy and pandas (Debian 12: python3-anndata). Writes real.json: for each file and layer its shape, the
number and sum of its non-zeros, a sum weighted by position (so that a shifted or transposed matrix differs), the first and
last names, and for each column of the tables its kind, how many values are missing and the first and last of them.
"""

import glob
import gzip
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
    }


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
    return {"rows": len(frame), "ends": [str(frame.index[0]), str(frame.index[-1])], "columns": columns}


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


def uses_lzf(path):
    found = []

    def visit(_, item):
        if isinstance(item, h5py.Dataset) and item.compression == "lzf":
            found.append(item.name)

    with h5py.File(path) as file:
        file.visititems(visit)
    return bool(found)


golden = {}
h5ads = sorted(glob.glob(os.path.join(DATA, "h5ad-fixtures", "*.h5ad")))
for path in h5ads + [os.path.join(DATA, "pbmc3k-labelled", "derived", "pbmc3k_counts.h5ad")]:
    golden[os.path.relpath(path, DATA)] = {"lzf": True} if uses_lzf(path) else h5ad(path)
for path in sorted(glob.glob(os.path.join(DATA, "**", "*matrix.mtx*"), recursive=True)):
    golden[os.path.relpath(os.path.dirname(path), DATA)] = mtx(os.path.dirname(path))
for path in sorted(glob.glob(os.path.join(DATA, "sc_mixology", "*.count.csv.gz"))):
    golden[os.path.relpath(path, DATA)] = counts(path)
with open(os.path.join(OUT, "real.json"), "w") as out:
    json.dump(golden, out, indent=1, ensure_ascii=False)
