"""Golden values of the linear head for packages/model, from scikit-learn.

    python3 tools/parity/model-linear-head.py packages/model/fixtures

Writes `linear-head.json`: rows of features, labels, and weights of rows; the coefficients and intercepts of scikit-learn's
LogisticRegression with C = 0.5.
"""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

STRENGTH = 0.5


def main(folder):
    random = np.random.default_rng(4)
    labels = np.arange(60) % 3
    rows = (random.normal(size=(60, 5)) + 0.8 * np.eye(5)[labels]).astype(np.float32)
    weights = random.integers(1, 4, 60)
    fitted = LogisticRegression(C=STRENGTH, tol=1e-9, max_iter=10_000).fit(rows, labels, sample_weight=weights)
    facts = {
        "strength": STRENGTH,
        "rows": rows.tolist(),
        "labels": labels.tolist(),
        "weights": weights.tolist(),
        "coefficients": fitted.coef_.T.tolist(),
        "intercepts": fitted.intercept_.tolist(),
    }
    (folder / "linear-head.json").write_text(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
