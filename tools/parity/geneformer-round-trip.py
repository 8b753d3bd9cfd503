"""Compares a file that `geneformer annotate` or `embed` wrote with its input, as anndata reads both.

    python tools/parity/geneformer-round-trip.py cells.h5ad annotated.h5ad

Fails unless everything but the additions is equal: values, dtypes, categories and their order. Prints the additions. A test of
packages/geneformer runs it where python3, or the program that GENEFORMER_PYTHON names, has anndata.
"""
import sys

from importlib.metadata import version

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp


def same(a, b, where):
    if isinstance(a, dict):
        for key in a:
            same(a[key], b[key], f"{where}/{key}")
    elif isinstance(a, pd.DataFrame):
        pd.testing.assert_frame_equal(a, b[a.columns], obj=where)
    elif sp.issparse(a):
        assert a.dtype == b.dtype and a.shape == b.shape and (a != b).nnz == 0, where
    else:
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b), err_msg=where)


before, after = ad.read_h5ad(sys.argv[1]), ad.read_h5ad(sys.argv[2])
assert list(before.obs_names) == list(after.obs_names) and list(before.var_names) == list(after.var_names)
same(before.obs, after.obs, "obs")
same(before.var, after.var, "var")
if before.X is not None:
    same(before.X, after.X, "X")
if before.raw is not None:
    same(before.raw.X, after.raw.X, "raw")
for name in ["layers", "obsm", "varm", "obsp", "varp"]:
    same(dict(getattr(before, name)), dict(getattr(after, name)), name)
same(dict(before.uns), dict(after.uns), "uns")
added = {
    "obs": [name for name in after.obs.columns if name not in before.obs.columns],
    "obsm": [name for name in after.obsm if name not in before.obsm],
    "uns": [name for name in after.uns if name not in before.uns],
}
print(f"anndata {version('anndata')}: {added}")
