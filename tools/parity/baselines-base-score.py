"""Models of XGBoost's default base score, the shares of the classes, for packages/baselines.

Run after baselines-golden.py: python3 tools/parity/baselines-base-score.py packages/baselines/fixtures

Needs XGBoost 3.1 or newer (made with 3.2.0): earlier versions start several classes at equal probabilities. Writes base-score.json: for
two data sets of ensembles.json, of three and of two classes, the probabilities of the training rows after three rounds.
"""

import base64
import json
import pathlib
import sys

import numpy as np
import xgboost

OPTIONS = {"n_estimators": 3, "max_depth": 3, "learning_rate": 0.5}


def features_of(data):
    values = np.frombuffer(base64.b64decode(data["X"]), np.int8)
    return values.reshape(-1, data["cols"]).astype(np.float32)


def case(data):
    X = features_of(data)[: data["train"]]
    y = np.array([int(label) for label in data["y"]])[: data["train"]]
    model = xgboost.XGBClassifier(tree_method="hist", max_bin=256, nthread=1, **OPTIONS).fit(X, y)
    return {"name": data["name"], "probabilities": model.predict_proba(X).astype(float).round(7).ravel().tolist()}


def main():
    out = pathlib.Path(sys.argv[1])
    sets = json.loads((out / "ensembles.json").read_text())
    cases = [case(data) for data in sets if data["name"] in ("sparse counts with marker genes", "a rare class that differs in spread")]
    (out / "base-score.json").write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
