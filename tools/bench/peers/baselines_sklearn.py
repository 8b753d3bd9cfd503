"""The benchmark's peers: scikit-learn and XGBoost on a problem that baselines/data.mjs wrote.

    python3 baselines_sklearn.py forest|boosting|logistic FOLDER THREADS REPEATS dense|sparse OPTIONS

OPTIONS is the estimator's keyword arguments as JSON. Prints one line of JSON: seconds of each fit, accuracy on the test rows, peak
memory. XGBoost takes the zeros of a sparse matrix for missing and those of a dense one for values.
"""
import json
import os
import pathlib
import resource
import sys
import time

model, folder, threads, repeats, layout, options = sys.argv[1:]
os.environ.update(OMP_NUM_THREADS=threads, OPENBLAS_NUM_THREADS=threads)

import numpy as np
from scipy.sparse import csr_matrix

folder = pathlib.Path(folder)
threads = int(threads)
shape = json.loads((folder / "shape.json").read_text())


def read(name):
    arrays = [np.fromfile(folder / f"{name}.{field}", dtype) for field, dtype in (("data", "f4"), ("indices", "i4"), ("indptr", "i4"))]
    X = csr_matrix(tuple(arrays), shape=(len(arrays[2]) - 1, shape["cols"]))
    return X.toarray() if layout == "dense" else X, np.fromfile(folder / f"{name}.y", "i4")


def make():
    keywords = json.loads(options)
    if model == "forest":
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(n_jobs=threads, **keywords)
    if model == "boosting":
        from xgboost import XGBClassifier

        return XGBClassifier(n_jobs=threads, **keywords)
    from sklearn.linear_model import LogisticRegression

    # It has no threads of its own since 1.8; those of the linear algebra library are set above.
    return LogisticRegression(**keywords)


X, y = read("train")
seconds = []
for _ in range(int(repeats)):
    estimator = make()
    started = time.perf_counter()
    estimator.fit(X, y)
    seconds.append(time.perf_counter() - started)
asked, truth = read("test")
accuracy = float((estimator.predict(asked) == truth).mean())
iterations = [int(n) for n in np.atleast_1d(getattr(estimator, "n_iter_", []))]
print(json.dumps({
    "seconds": seconds,
    "accuracy": accuracy,
    "iterations": max(iterations, default=None),
    "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
}))
