"""Fixed values for packages/baselines from scikit-learn and XGBoost: L1, neighbors, kernels, components, missing values, early stopping.

Run after baselines-golden.py: /usr/bin/python3 tools/parity/baselines-models.py packages/baselines/fixtures

Made with numpy 1.24, scikit-learn 1.2 and XGBoost 1.7 (Debian 12's packages), one thread. Writes models.json and missing.json; the same
versions write the same bytes.
"""

import base64
import json
import pathlib
import sys

import numpy as np
import xgboost
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC


def rounded(values, digits=7):
    return np.asarray(values, dtype=float).ravel().round(digits).tolist()


def cloud_case(rng):
    rows, cols, classes = 90, 6, 3
    y = rng.permutation(np.repeat(np.arange(classes), [50, 25, 15]))
    X = (rng.standard_normal((rows, cols)) + 0.8 * np.eye(classes, cols)[y]).round(3)
    X[rng.random(X.shape) < 0.4] = 0
    X = X.astype(np.float32)
    return X, y


def sparse_weights(X, y):
    cases = []
    for name, labels, C in (("multinomial", y, 0.2), ("multinomial", y, 2.0), ("binomial", (y > 0).astype(int), 0.3)):
        model = LogisticRegression(penalty="l1", solver="saga", C=C, tol=1e-12, max_iter=200_000, random_state=0)
        model.fit(X.astype(float), labels)
        cases.append({"name": name, "C": C, "y": labels.tolist(), "coef": rounded(model.coef_), "intercept": rounded(model.intercept_)})
    return cases


def neighbors(X, y, queries):
    cases = []
    for options in ({"n_neighbors": 5}, {"n_neighbors": 7, "weights": "distance"}, {"n_neighbors": 3, "metric": "cosine"}):
        model = KNeighborsClassifier(algorithm="brute", **options).fit(X.astype(float), y)
        cases.append({"options": options, "probabilities": rounded(model.predict_proba(queries.astype(float)))})
    return cases


def kernels(X, y, queries):
    cases = []
    for options in ({}, {"kernel": "poly", "degree": 2, "coef0": 1.0, "gamma": 0.3}, {"kernel": "linear", "C": 0.5}, {"class_weight": "balanced", "gamma": "auto"}):
        model = SVC(tol=1e-6, decision_function_shape="ovo", probability=True, random_state=0, **options).fit(X.astype(float), y)
        cases.append({
            "options": options,
            "margins": rounded(model.decision_function(queries.astype(float))),
            "probabilities": rounded(model.predict_proba(queries.astype(float))),
            "sigmoids": [rounded(model.probA_, 9), rounded(model.probB_, 9)],
        })
    return cases


def features_of(data):
    return np.frombuffer(base64.b64decode(data["X"]), np.int8).reshape(-1, data["cols"]).astype(np.float32)


def missing_case(data, rng):
    """The fourth problem of ensembles.json, a fifth of its values missing where they are large: absence says something."""
    X = features_of(data)
    y = np.array([int(label) for label in data["y"]])
    gone = (rng.random(X.shape) < np.where(X > 1, 0.5, 0.1)) & (np.arange(data["cols"]) % 3 == 0)
    X[gone] = np.nan
    train, held = slice(0, data["train"]), slice(data["train"], None)
    options = {"max_depth": 4, "tree_method": "hist", "nthread": 1, "objective": "multi:softprob", "num_class": data["classes"], "base_score": 0.5}
    booster = xgboost.train(options, xgboost.DMatrix(X[train], y[train]), 8)
    stopped = xgboost.XGBClassifier(
        n_estimators=100, max_depth=3, learning_rate=0.5, tree_method="hist", n_jobs=1, base_score=0.5, early_stopping_rounds=5, eval_metric="mlogloss"
    ).fit(X[train], y[train], eval_set=[(X[held], y[held])], verbose=False)
    return {
        "missing": np.flatnonzero(gone).tolist(),
        "model": json.loads(bytes(booster.save_raw("json"))),
        "probabilities": booster.predict(xgboost.DMatrix(X[held][:60])).astype(float).ravel().tolist(),
        "bestIteration": int(stopped.best_iteration),
        "losses": stopped.evals_result()["validation_0"]["mlogloss"],
        "stopped": stopped.predict_proba(X[held][:60]).astype(float).ravel().tolist(),
    }


def main():
    out = pathlib.Path(sys.argv[1])
    data = json.loads((out / "ensembles.json").read_text())[3]
    rng = np.random.default_rng(20)
    X, y = cloud_case(rng)
    queries = (rng.standard_normal((12, 6)) * 0.8).round(3).astype(np.float32)
    models = {
        "X": rounded(X),
        "y": y.tolist(),
        "queries": rounded(queries),
        "l1": sparse_weights(X, y),
        "neighbors": neighbors(X, y, queries),
        "kernels": kernels(X, y, queries),
    }
    (out / "models.json").write_text(json.dumps(models) + "\n")
    (out / "missing.json").write_text(json.dumps(missing_case(data, rng)) + "\n")


main()
