"""Models handed back and forth between packages/baselines and real XGBoost.

Run after baselines-golden.py and baselines-model.mjs:
/usr/bin/python3 tools/parity/baselines-xgboost.py packages/baselines/fixtures

Writes model-from-xgboost.json (one multi-class and one binary model with a base score, as XGBoost 1.7 saves them) and
model-predictions.json: what XGBoost predicts from these and from model-from-here.json, which this package saved.
"""

import base64
import json
import pathlib
import sys

import numpy as np
import xgboost


def main():
    out = pathlib.Path(sys.argv[1])
    data = json.loads((out / "ensembles.json").read_text())[3]
    X = np.frombuffer(base64.b64decode(data["X"]), np.int8).reshape(-1, data["cols"]).astype(np.float32)
    y = np.array([int(label) for label in data["y"]])
    train, queries = slice(0, data["train"]), slice(data["train"], data["train"] + 40)

    saved, predicted = {}, {}
    for name, labels, options in (
        ("multi", y, {"objective": "multi:softprob", "num_class": data["classes"]}),
        ("binary", (y > 0).astype(int), {"objective": "binary:logistic", "base_score": 0.3}),
    ):
        options |= {"max_depth": 3, "tree_method": "hist", "nthread": 1}
        booster = xgboost.train(options, xgboost.DMatrix(X[train], labels[train]), 4)
        saved[name] = json.loads(bytes(booster.save_raw("json")))
        predicted[name] = booster.predict(xgboost.DMatrix(X[queries])).astype(float).ravel().tolist()

    here = xgboost.Booster(model_file=str(out / "model-from-here.json"))
    predicted["here"] = here.predict(xgboost.DMatrix(X[queries])).astype(float).ravel().tolist()
    (out / "model-from-xgboost.json").write_text(json.dumps(saved) + "\n")
    (out / "model-predictions.json").write_text(json.dumps(predicted) + "\n")


main()
