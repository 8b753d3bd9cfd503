"""Writes packages/analysis/fixtures/harmony.json: vectors corrected for batches by harmonypy.

Run with harmonypy 0.0.10, the last version in numpy: python tools/parity/analysis-harmony.py
harmonypy draws the first clusters and the order of updates; here both are given, so that every number can be compared.
Its first normalization divides a row by its largest value, which turns a row around if all its values are negative;
the points have no such row.
"""
import json
from pathlib import Path

import harmonypy
import numpy as np
import pandas as pd

rng = np.random.default_rng(7)
ROWS, COLS, TYPES, BATCHES, CLUSTERS = 240, 8, 3, 3, 6
types = rng.integers(0, TYPES, ROWS)
batches = rng.integers(0, BATCHES, ROWS)
# A type that is missing in a batch, as in real data.
batches[types == 2] = rng.integers(0, 2, (types == 2).sum())
centers = rng.normal(0, 3, (TYPES, COLS))
shifts = rng.normal(0, 1, (BATCHES, COLS))
X = (centers[types] + shifts[batches] + rng.normal(0, 0.7, (ROWS, COLS))).astype(np.float32)
assert (X.max(axis=1) > 0).all()
first = 2 * types + rng.integers(0, 2, ROWS)


def means(data, _):
    return np.array([data[first == cluster].mean(axis=0) for cluster in range(CLUSTERS)])


def corrected(**options):
    def keep_backwards(order):
        order[:] = order[::-1].copy()

    np.random.shuffle = keep_backwards
    meta = pd.DataFrame({"batch": [f"b{batch}" for batch in batches]})
    found = harmonypy.run_harmony(
        X.astype(np.float64), meta, ["batch"], nclust=CLUSTERS, cluster_fn=means, verbose=False, **options
    )
    return {
        "rounds": len(found.kmeans_rounds),
        "updates": sum(rounds + 1 for rounds in found.kmeans_rounds),
        "objective": float(found.objective_kmeans[-1]),
        "data": found.Z_corr.T.ravel().tolist(),
    }


out = {
    "X": {"rows": ROWS, "cols": COLS, "data": X.ravel().tolist()},
    "types": types.tolist(),
    "batches": batches.tolist(),
    "clusters": CLUSTERS,
    "first": first.tolist(),
    "runs": [
        {"theta": theta, "sigma": sigma, "lambda": lamb, **corrected(theta=theta, sigma=sigma, lamb=lamb)}
        for theta, sigma, lamb in [(2, 0.1, 1), (0, 0.1, 1), (1, 0.3, 5)]
    ],
}
path = Path(__file__).parents[2] / "packages/analysis/fixtures/harmony.json"
path.write_text(json.dumps(out) + "\n")
