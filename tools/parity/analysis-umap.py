"""Golden values for the layout of packages/analysis, from umap-learn.

    python3 tools/parity/analysis-umap.py packages/analysis/fixtures

Reads the neighbors in golden.json (analysis-golden.py) and writes umap.json: the curve for several minimal distances and the fuzzy graph of
the neighbors. Made with umap-learn 0.5.12, which computes the graph in single precision.
"""

import json
import pathlib
import sys

import numpy as np
import scipy.sparse
from umap.umap_ import find_ab_params, fuzzy_simplicial_set


def graph(case):
    among = case["among"]
    shape = (case["rows"], among["k"])
    indices = np.array(among["indices"]).reshape(shape)
    distances = np.array(among["distances"], dtype=np.float32).reshape(shape)
    found, _, _ = fuzzy_simplicial_set(
        scipy.sparse.csr_matrix((case["rows"], case["cols"])),
        among["k"],
        np.random.RandomState(0),
        "euclidean",
        knn_indices=indices,
        knn_dists=distances,
    )
    found = found.tocsr()
    found.sort_indices()
    found = found.tocoo()
    return {"from": found.row.tolist(), "to": found.col.tolist(), "weight": found.data.astype(float).round(7).tolist()}


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1])
    curves = []
    for min_dist in (0.0, 0.1, 0.3, 0.5, 0.99):
        a, b = find_ab_params(1.0, min_dist)
        curves.append({"minDist": min_dist, "a": float(a), "b": float(b)})
    golden = {"curves": curves, "graph": graph(json.loads((out / "golden.json").read_text())["neighbors"])}
    (out / "umap.json").write_text(json.dumps(golden) + "\n")
