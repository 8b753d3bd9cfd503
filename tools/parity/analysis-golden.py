"""Golden values for packages/analysis, from scikit-learn and scanpy.

    python3 tools/parity/analysis-golden.py packages/analysis/fixtures

Writes golden.json: principal components (exact SVD), nearest neighbors, and the highly variable genes that scanpy chooses.
Made with numpy 2.4.6, scikit-learn 1.9.1, scanpy 1.11.5.
"""

import json
import pathlib
import sys

import anndata
import numpy as np
import scanpy
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors


def components(data, kept):
    model = PCA(n_components=kept, svd_solver="full").fit(data)
    axes = model.components_ * np.sign(model.components_[np.arange(kept), np.abs(model.components_).argmax(1)])[:, None]
    return {
        "rows": data.shape[0],
        "cols": data.shape[1],
        "kept": kept,
        "data": data.ravel().tolist(),
        "variance": model.explained_variance_.round(7).tolist(),
        "axes": axes.ravel().round(7).tolist(),
        "scores": ((data - data.mean(0)) @ axes.T).ravel().round(6).tolist(),
    }


def low_rank(rng, rows, cols, rank):
    """Whole numbers, most of them 0, that follow a few directions."""
    levels = rng.normal(size=(rows, rank)) @ rng.normal(size=(rank, cols)) * 2 + rng.normal(size=(rows, cols)) * 0.7
    return np.maximum(0, levels - 1).round(0)


def searched(data, queries, k, metric):
    distances, indices = NearestNeighbors(n_neighbors=k, algorithm="brute", metric=metric).fit(data).kneighbors(queries)
    return {"k": k, "metric": metric, "indices": indices.ravel().tolist(), "distances": distances.ravel().round(10).tolist()}


def neighbors(rng):
    rows, cols, asked = 60, 5, 9
    data = rng.normal(size=(rows, cols)).round(3).astype(np.float32)
    queries = rng.normal(size=(asked, cols)).round(3).astype(np.float32)
    wide, wide_queries = data.astype(float), queries.astype(float)
    return {
        "rows": rows,
        "cols": cols,
        "data": wide.ravel().tolist(),
        # Each row is the first of its own neighbors here.
        "among": searched(wide, wide, 6, "euclidean"),
        "queries": wide_queries.ravel().tolist(),
        "asked": [searched(wide, wide_queries, 4, metric) for metric in ("euclidean", "cosine")],
    }


def variable_genes(rng):
    cells, genes = 30, 50
    counts = rng.poisson(rng.gamma(0.6, 4.0, genes) * rng.gamma(1.5, 0.7, (cells, genes)))
    counts[:, 7] = 0
    counts[4] = 0
    totals = counts.sum(1, keepdims=True)
    levels = np.log1p(counts * np.divide(1e4, totals, where=totals > 0, out=np.ones(totals.shape))).astype(np.float32)
    chosen = {}
    for wanted in (5, 20):
        found = scanpy.pp.highly_variable_genes(anndata.AnnData(levels.copy()), n_top_genes=wanted, flavor="seurat", inplace=False)
        chosen[str(wanted)] = np.flatnonzero(found["highly_variable"].to_numpy()).tolist()
    return {"cells": cells, "genes": genes, "levels": levels.astype(float).ravel().round(6).tolist(), "variable": chosen}


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    golden = {
        "components": components(low_rank(rng, 40, 12, 4), 3),
        "wideComponents": components(low_rank(rng, 90, 60, 8), 5),
        "neighbors": neighbors(rng),
        "variableGenes": variable_genes(rng),
    }
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    (out / "golden.json").write_text(json.dumps(golden) + "\n")
