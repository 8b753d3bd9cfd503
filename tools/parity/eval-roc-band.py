"""Fixed values of ROC bands for packages/eval: scikit-learn's curve, numpy's interpolation and a plain bootstrap.

Run: /usr/bin/python3 tools/parity/eval-roc-band.py packages/eval/fixtures

Made with numpy 1.24 and scikit-learn 1.2 (Debian 12's packages). Writes roc-band.json; the same versions write the same bytes.
"""

import json
import pathlib
import sys

import numpy as np
from sklearn.metrics import roc_curve

GRID = np.linspace(0, 1, 21)


def rates(truth, scores):
    fpr, tpr, _ = roc_curve(truth, scores, drop_intermediate=False)
    return np.interp(GRID, fpr, tpr)


def band(rng, truth, scores, draw):
    kept = []
    while len(kept) < 4000:
        rows = draw(rng)
        if 0 < truth[rows].sum() < len(rows):
            kept.append(rates(truth[rows], scores[rows]))
    return np.quantile(kept, [0.025, 0.975], axis=0).round(6).tolist()


def main():
    rng = np.random.default_rng(11)
    clusters = rng.integers(0, 12, 160)
    truth = (rng.random(160) < 0.4).astype(int)
    scores = (rng.standard_normal(160) + truth + 0.8 * rng.standard_normal(12)[clusters]).round(1)
    low, high = band(rng, truth, scores, lambda r: r.integers(0, 160, 160))
    members = [np.flatnonzero(clusters == c) for c in range(12)]
    cluster_low, cluster_high = band(rng, truth, scores, lambda r: np.concatenate([members[c] for c in r.integers(0, 12, 12)]))
    out = {
        "truth": truth.tolist(),
        "scores": scores.tolist(),
        "clusters": clusters.tolist(),
        "rates": rates(truth, scores).tolist(),
        "low": low,
        "high": high,
        "clusterLow": cluster_low,
        "clusterHigh": cluster_high,
    }
    (pathlib.Path(sys.argv[1]) / "roc-band.json").write_text(json.dumps(out) + "\n")


main()
