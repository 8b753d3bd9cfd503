"""Models of several versions of XGBoost, and what its classifier predicts from them.

    python3 tools/parity/baselines-xgboost-versions.py packages/baselines/fixtures

Writes xgboost-<version>.json for the version of XGBoost that is installed; run once each with 1.7.6, 2.1.4 and 3.2.0.
`models` are read by packages/baselines, `unsupported` are of kinds that it refuses. Texts are as XGBoost saved them, NaN included.
"""

import json
import pathlib
import sys

import numpy as np
import scipy.sparse
import xgboost

ROWS, COLS, TRAIN = 160, 6, 120
COMMON = {"max_depth": 2, "n_jobs": 1, "tree_method": "hist", "n_estimators": 3}


def text(booster):
    return bytes(booster.save_raw("json")).decode()


def features(rng):
    X = rng.integers(0, 9, (ROWS, COLS)).astype(np.float32) - 3
    X[rng.random(X.shape) < 0.4] = 0
    return X


def saved(model, queries, **more):
    case = {"model": text(model.get_booster()), "probabilities": model.predict_proba(queries).astype(float).ravel().tolist()}
    return case | {name: values.astype(float).ravel().tolist() for name, values in more.items()}


def models(X, three, two):
    train, queries = X[:TRAIN], X[TRAIN:]
    sparse, sparse_queries = scipy.sparse.csr_matrix(train), scipy.sparse.csr_matrix(queries)
    fit = lambda y, **options: xgboost.XGBClassifier(**COMMON | options).fit(train, y[:TRAIN])
    cases = {
        "binary": saved(fit(two), queries),
        "binary-base-score": saved(fit(two, base_score=0.2), queries),
        "multi": saved(fit(three), queries),
        "parallel": saved(fit(three, num_parallel_tree=2, subsample=0.7), queries),
        "dart": saved(fit(three, booster="dart", rate_drop=0.5, n_estimators=4), queries),
        "pruned": saved(fit(two, tree_method="exact", gamma=4.0, max_depth=3), queries),
    }
    # The classifier predicts with the rounds up to the best one, the booster under it with all.
    stopped = xgboost.XGBClassifier(**COMMON | {"n_estimators": 40, "learning_rate": 0.9, "early_stopping_rounds": 2})
    stopped.fit(train, three[:TRAIN], eval_set=[(queries, three[TRAIN:])], verbose=False)
    rounds = stopped.get_booster().num_boosted_rounds()
    assert stopped.best_iteration + 1 < rounds
    every = stopped.get_booster().predict(xgboost.DMatrix(queries), iteration_range=(0, rounds))
    cases["early-stopping"] = saved(stopped, queries, all=every)
    # Values that a sparse matrix does not store are missing to XGBoost; the zeros of a dense one are values.
    absent = xgboost.XGBClassifier(**COMMON).fit(sparse, two[:TRAIN])
    cases["sparse"] = saved(absent, queries, missing=absent.predict_proba(sparse_queries))
    assert not np.allclose(cases["sparse"]["probabilities"], cases["sparse"]["missing"], atol=1e-3)
    return cases


def unsupported(X, three, two):
    few = {"max_depth": 2, "nthread": 1, "tree_method": "hist"}
    train = lambda y, options, **more: text(xgboost.train(few | options, xgboost.DMatrix(X, y, **more), 1))
    types = ["c"] + ["float"] * (COLS - 1)
    categories = X - X.min()
    categorical = xgboost.DMatrix(categories, categories[:, 0] % 3 == 0, feature_types=types, enable_categorical=True)
    cases = {
        "binary:logitraw": train(two, {"objective": "binary:logitraw"}),
        "binary:hinge": train(two, {"objective": "binary:hinge"}),
        "reg:squarederror": train(two, {"objective": "reg:squarederror"}),
        "gblinear": text(xgboost.train({"booster": "gblinear", "objective": "binary:logistic", "nthread": 1}, xgboost.DMatrix(X, two), 1)),
        "categorical": text(xgboost.train(few | {"objective": "binary:logistic"}, categorical, 1)),
        "labels": train(np.stack([two, three > 0], 1), {"objective": "binary:logistic"}),
    }
    if not xgboost.__version__.startswith("1."):
        cases["vectors"] = train(three, {"objective": "multi:softprob", "num_class": 3, "multi_strategy": "multi_output_tree"})
    return cases


if __name__ == "__main__":
    rng = np.random.default_rng(4)
    X = features(rng)
    noise = rng.normal(size=ROWS)
    three = (X[:, 0] + noise > 1).astype(int) + (X[:, 1] + X[:, 2] + noise > 0)
    two = (X[:, 0] * X[:, 1] + X[:, 3] + noise > 0).astype(int)
    result = {
        "version": xgboost.__version__,
        "cols": COLS,
        "queries": X[TRAIN:].ravel().tolist(),
        "models": models(X, three, two),
        "unsupported": unsupported(X, three, two),
    }
    file = pathlib.Path(sys.argv[1]) / f"xgboost-{xgboost.__version__}.json"
    file.write_text(json.dumps(result) + "\n")
