"""Compares what `geneformer embed`, `annotate` and `map` wrote with its inputs, as anndata reads both.

    python tools/parity/geneformer-real-files.py cells.h5ad embedded.h5ad genes.loom embedded.zarr

Takes pairs of files. Fails unless an output has the counts of the input, vectors of numbers or labels, and, for h5ad inputs, everything else as it was. Prints one line per pair. A test of packages/geneformer runs it where python3, or the program that GENEFORMER_PYTHON names, has
anndata.
"""
import gzip
import sys
import warnings
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse as sp

warnings.simplefilter("ignore")


def matrix_of(path):
    """Counts of an input of another format, cells x genes, without a reader of anndata."""
    if path.endswith((".mtx", ".mtx.gz")):
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            return scipy.io.mmread(file).T.tocsr()
    with h5py.File(path) as file:
        if "matrix" in file and isinstance(file["matrix"], h5py.Dataset):
            return sp.csr_matrix(file["matrix"][:].T)
        group = file["matrix"] if "matrix" in file else next(iter(file.values()))
        parts = [group[name][:] for name in ("data", "indices", "indptr")]
        return sp.csr_matrix(tuple(parts), shape=tuple(group["shape"][:])[::-1])


def same(a, b, where):
    if isinstance(a, dict):
        for key in a:
            same(a[key], b[key], f"{where}/{key}")
    elif isinstance(a, pd.DataFrame):
        pd.testing.assert_frame_equal(a, b[a.columns], obj=where)
    elif sp.issparse(a) or sp.issparse(b):
        assert a.shape == b.shape and (sp.csr_matrix(a) != sp.csr_matrix(b)).nnz == 0, where
    else:
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b), err_msg=where)


def read_input(path):
    try:
        return ad.read_h5ad(path)
    except Exception as error:  # Files of anndata 0.5 to 0.7, which this version of anndata may refuse.
        return f"anndata does not read the input ({type(error).__name__})"


for before, after in zip(sys.argv[1::2], sys.argv[2::2]):
    out = ad.read_zarr(after) if after.endswith(".zarr") else ad.read_h5ad(after)
    if "geneformer_label" in out.obs:
        assert set(out.obs["geneformer_label"].dropna()) <= {"type 0", "type 1", "type 2", "unknown"}, after
    else:
        vectors = out.obsm["X_geneformer"]
        assert vectors.shape[0] == out.n_obs and np.isfinite(vectors).any(), after
    if after.endswith("mapped.zarr"):
        assert set(out.obs["mapped_label"].dropna()) <= {"type 0", "type 1", "type 2", "unknown"}, after
    note = ""
    if before.endswith(".h5ad"):
        source = read_input(before)
        if isinstance(source, str):
            note = source
        else:
            same(source.obs, out.obs, f"{before}: obs")
            same(source.var, out.var, f"{before}: var")
            same(source.X, out.X, f"{before}: X")
            for name in ["layers", "obsm", "varm", "obsp", "varp", "uns"]:
                same(dict(getattr(source, name)), dict(getattr(out, name)), f"{before}: {name}")
            if source.raw is not None:
                same(source.raw.var, out.raw.var, f"{before}: raw.var")
                same(source.raw.X, out.raw.X, f"{before}: raw.X")
    else:
        counts = matrix_of(before)
        # A file may have features of other kinds, which are left out.
        assert counts.shape[0] == out.n_obs and counts.shape[1] >= out.n_vars, before
        if counts.shape[1] == out.n_vars:
            same(counts, out.X, f"{before}: X")
    print(f"{Path(before).name} -> {Path(after).name}: {out.n_obs} x {out.n_vars} {note}")
