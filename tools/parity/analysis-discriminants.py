"""Writes packages/analysis/fixtures/discriminants.json: discriminants with a diagonal variance within classes, by an exact SVD.

Run with numpy: python tools/parity/analysis-discriminants.py
"""

import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(4)
rows, cols, classes, kept, floor = 120, 30, 8, 4, 0.05
labels = np.arange(rows) % classes
levels = rng.gamma(0.7, 1.0, size=(classes, cols))[labels] + rng.normal(0, 0.2 + rng.random(cols), size=(rows, cols))
X = np.round(np.clip(levels, 0, None), 2)
X[rng.random(X.shape) < 0.4] = 0

means = np.array([X[labels == k].mean(0) for k in range(classes)])
within = ((X - means[labels]) ** 2).sum(0) / rows
scale = 1 / np.sqrt(within + floor)
sizes = np.bincount(labels)
weighted = means * np.sqrt(sizes)[:, None] * scale
_, _, axes = np.linalg.svd(weighted - weighted.mean(0), full_matrices=False)
weights = axes[:kept].T * scale[:, None]
weights /= np.sqrt((weights**2).mean(0))
weights *= np.sign(axes[np.arange(kept), np.abs(axes[:kept]).argmax(1)])
path = Path(__file__).parents[2] / "packages/analysis/fixtures/discriminants.json"
out = dict(cols=cols, kept=kept, data=X.ravel().tolist(), labels=labels.tolist())
out["weights"] = np.round(weights, 6).ravel().tolist()
out["scores"] = np.round(X @ weights, 5).ravel().tolist()
path.write_text(json.dumps(out) + "\n")
