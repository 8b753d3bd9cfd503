"""Fixed values for packages/baselines from scikit-learn and XGBoost.

Run: /usr/bin/python3 tools/parity/baselines-golden.py packages/baselines/fixtures

Made with numpy 1.24, scikit-learn 1.2 and XGBoost 1.7 (Debian 12's packages), one thread. Writes features.json,
linear.json, ensembles.json and partly-labeled.json; the same versions write the same bytes. Feature matrices of ensembles.json are int8 in base64, row-major.
"""

import base64
import json
import pathlib
import sys
import warnings

import numpy as np
import xgboost
from sklearn.calibration import _sigmoid_calibration
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.semi_supervised import LabelPropagation, LabelSpreading, SelfTrainingClassifier
from sklearn.svm import LinearSVC

warnings.filterwarnings("ignore", message="Mean of empty slice")


def features_case(rng):
    cells, genes = 30, 50
    level = rng.gamma(0.6, 4.0, genes)
    counts = rng.poisson(level * rng.gamma(1.5, 0.7, (cells, genes)))
    counts[:, 7] = 0
    counts[4] = 0
    totals = counts.sum(1, keepdims=True)
    levels = np.log1p(counts * np.divide(1e4, totals, where=totals > 0, out=np.ones(totals.shape)))
    return {
        "cells": cells,
        "genes": genes,
        "counts": counts.ravel().tolist(),
        "log1p": levels.ravel().round(7).tolist(),
        "scaled": StandardScaler().fit_transform(levels)[:, :10].ravel().round(7).tolist(),
        "scaledAboutZero": StandardScaler(with_mean=False).fit_transform(levels)[:, :10].ravel().round(7).tolist(),
    }


def linear_case(rng):
    rows, cols, classes = 90, 6, 3
    y = rng.permutation(np.repeat(np.arange(classes), [50, 25, 15]))
    X = (rng.standard_normal((rows, cols)) + 0.8 * np.eye(classes, cols)[y]).round(3)
    X[rng.random(X.shape) < 0.5] = 0
    cases = []
    for labels, name in ((y, "multinomial"), ((y > 0).astype(int), "binomial")):
        for options in ({}, {"C": 0.05}, {"C": 10.0, "fit_intercept": False}, {"class_weight": "balanced"}):
            model = LogisticRegression(solver="newton-cg", tol=1e-8, max_iter=10_000, **options).fit(X, labels)
            svm = LinearSVC(dual=False, tol=1e-12, max_iter=100_000, **options).fit(X, labels)
            cases.append({
                "name": name,
                "options": options,
                "y": labels.tolist(),
                "logistic": described(model, X) | {"probabilities": model.predict_proba(X)[:4].ravel().tolist()},
                "svm": described(svm, X) | {"decision": svm.decision_function(X)[:4].ravel().tolist()},
            })
    margins = rng.standard_normal(60).round(3)
    targets = (margins + rng.standard_normal(60) > 0.4).astype(int)
    slope, offset = _sigmoid_calibration(margins, targets)
    sigmoid = {"margins": margins.tolist(), "targets": targets.tolist(), "slope": slope, "offset": offset}
    return {"rows": rows, "cols": cols, "X": X.ravel().tolist(), "cases": cases, "sigmoid": sigmoid}


def described(model, X):
    return {"coef": model.coef_.ravel().tolist(), "intercept": np.atleast_1d(model.intercept_).tolist()}


def datasets(rng):
    """Five small problems that trees find easy or hard for different reasons. Features are whole numbers of one byte."""
    rows = 900

    def whole(values):
        return np.clip(np.rint(values), -128, 127).astype(np.int8)

    X = rng.standard_normal((rows, 10))
    y = (X[:, :4] @ [1.0, -0.8, 0.6, 0.5] + 0.8 * rng.standard_normal(rows) > 0).astype(int)
    yield "sum of four features", whole(X * 24), y

    X = rng.standard_normal((rows, 6))
    y = ((X[:, 0] > 0) ^ (X[:, 1] > 0.3)).astype(int) ^ (rng.random(rows) < 0.1)
    yield "exclusive or with wrong labels", whole(X * 24), y

    y = rng.integers(0, 4, rows)
    X = rng.standard_normal((rows, 12)) + 1.1 * rng.standard_normal((4, 12))[y] * (np.arange(12) < 5)
    yield "four overlapping clouds", whole(X * 20), y

    y = rng.choice(3, rows, p=[0.5, 0.3, 0.2])
    markers = np.where(np.arange(60) % 20 == np.arange(3)[:, None], 4.0, 1.0)
    X = rng.poisson(rng.gamma(0.5, 0.8, 60) * markers[y] * rng.gamma(2, 0.5, (rows, 60)))
    yield "sparse counts with marker genes", whole(X), y

    y = (rng.random(rows) < 0.12).astype(int)
    X = rng.standard_normal((rows, 8)) * (1 + y[:, None] * (np.arange(8) < 4))
    yield "a rare class that differs in spread", whole(X * 20), y


def ensembles_case(rng):
    out = []
    for name, X, y in datasets(rng):
        train = np.arange(len(y)) < 300
        forest = [
            (RandomForestClassifier(random_state=seed).fit(X[train], y[train]).predict(X[~train]) == y[~train]).mean()
            for seed in range(10)
        ]
        boosted = boost(X[train], y[train])
        penalized = boost(X[train], y[train], n_estimators=20, max_depth=3, reg_lambda=3, reg_alpha=0.5, gamma=1, min_child_weight=4)
        out.append({
            "name": name,
            "cols": X.shape[1],
            "classes": int(y.max()) + 1,
            "train": int(train.sum()),
            "X": base64.b64encode(X.tobytes()).decode(),
            "y": "".join(map(str, y)),
            "forest": float(np.mean(forest)),
            "boosting": float((boosted.predict(X[~train]) == y[~train]).mean()),
            "penalized": penalized.predict_proba(X[train])[:60].astype(float).round(5).ravel().tolist(),
        })
    return out


def partly_labeled_case(rng):
    """Two moons and a cloud of which most rows have lost their label (-1)."""
    angle = rng.uniform(0, np.pi, 60)
    moons = np.c_[np.cos(angle), np.sin(angle)] * np.where(np.arange(60) < 30, 1, -1)[:, None]
    moons[30:] += [1, 0.4]
    cloud = rng.standard_normal((20, 2)) * 0.3 + [-1, -1.2]
    X = (np.r_[moons, cloud] + 0.08 * rng.standard_normal((80, 2))).astype(np.float32).astype(float).round(4)
    truth = np.repeat([0, 1, 2], [30, 30, 20])
    y = np.where(rng.random(80) < 0.15, truth, -1)
    y[[0, 30, 60]] = [0, 1, 2]
    queries = X[::7] + 0.05
    graphs = []
    for name, model in (("propagation", LabelPropagation), ("spreading", LabelSpreading)):
        for options in ({"kernel": "rbf", "gamma": 8}, {"kernel": "knn", "n_neighbors": 5}):
            fitted = model(**options).fit(X, y)
            graphs.append({
                "model": name,
                "options": options,
                "distributions": fitted.label_distributions_.round(8).ravel().tolist(),
                "transduction": fitted.transduction_.tolist(),
                "probabilities": fitted.predict_proba(queries).round(8).ravel().tolist(),
            })
    trained = []
    for options in ({"threshold": 0.7}, {"threshold": 0.9}, {"criterion": "k_best", "k_best": 6}):
        base = LogisticRegression(solver="newton-cg", tol=1e-8, C=5)
        fitted = SelfTrainingClassifier(base, **options).fit(X, y)
        trained.append({
            "options": options,
            "transduction": fitted.transduction_.tolist(),
            "labeledIn": fitted.labeled_iter_.tolist(),
            "probabilities": fitted.predict_proba(queries).round(8).ravel().tolist(),
        })
    return {"X": X.ravel().tolist(), "y": y.tolist(), "queries": queries.ravel().tolist(), "graphs": graphs, "trained": trained}


def boost(X, y, **options):
    """Few distinct values and many bins: XGBoost's histogram method then sees every split there is."""
    return xgboost.XGBClassifier(tree_method="hist", max_bin=256, nthread=1, base_score=0.5, **options).fit(X, y)


def main():
    out = pathlib.Path(sys.argv[1])
    cases = {"features": features_case, "linear": linear_case, "ensembles": ensembles_case, "partly-labeled": partly_labeled_case}
    for number, (name, make) in enumerate(cases.items()):
        rng = np.random.default_rng([20240608, number])
        (out / f"{name}.json").write_text(json.dumps(make(rng)) + "\n")


main()
