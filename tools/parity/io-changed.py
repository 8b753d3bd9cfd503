"""Prints the matrices and columns of AnnData files as JSON, one line per file, as anndata reads them.

    python tools/parity/io-changed.py changed.h5ad changed.zarr

A test of packages/io compares them with what it set and removed, where python3, or the program that GENEFORMER_PYTHON names, has
anndata (0.8 or later; zarr stores of version 3 need 0.11).
"""
import json
import sys
import warnings

import anndata as ad
import numpy as np
import scipy.sparse as sp

warnings.simplefilter("ignore")


def plain(value):
    return (value.toarray() if sp.issparse(value) else np.asarray(value)).tolist()


for path in sys.argv[1:]:
    adata = ad.read_zarr(path) if path.endswith(".zarr") else ad.read_h5ad(path)
    parts = {name: dict(getattr(adata, name)) for name in ["layers", "obsm", "varm", "obsp", "varp"]}
    found = {name: {key: plain(value) for key, value in entries.items()} for name, entries in parts.items()}
    found["X"] = plain(adata.X)
    found["obs"], found["var"] = list(adata.obs.columns), list(adata.var.columns)
    found["uns"] = sorted(adata.uns)
    raw = adata.raw
    found["raw"] = None if raw is None else {
        "X": plain(raw.X),
        "var": list(raw.var_names),
        "columns": list(raw.var.columns),
        "varm": {key: plain(value) for key, value in dict(raw.varm).items()},
    }
    print(json.dumps(found))
