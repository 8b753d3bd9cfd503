"""Writes packages/geneformer/fixtures/nearest-labels.json: labels of query cells by scikit-learn's nearest neighbors.

    python tools/parity/geneformer-nearest.py packages/geneformer/fixtures

Made with scikit-learn 1.9.1 and numpy 2.4.6. The cutoffs follow the doc comment of nearestLabels.
"""
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

NEIGHBORS, SHARE = 7, 0.1
rng = np.random.default_rng(3)
centers = np.array([[0, 0, 0, 0], [3, 0, 1, 0], [0, 3, 0, 5], [9, 9, 9, 9]], float)


def cells(counts):
    kinds = np.repeat(np.arange(4), counts)
    return np.round(centers[kinds] + rng.normal(0, [1, 1, 2, 6], (len(kinds), 4)), 3), np.array(list("abcd"))[kinds]


reference, labels = cells([60, 50, 12, 0])
query, _ = cells([12, 10, 8, 6])
mean, deviation = reference.mean(0), reference.std(0)
scaled, asked = (reference - mean) / deviation, (query - mean) / deviation
classifier = KNeighborsClassifier(NEIGHBORS, weights="distance")
own = cross_val_predict(classifier, scaled, labels, cv=LeaveOneOut(), method="predict_proba")
names = np.unique(labels)
right = names[own.argmax(1)] == labels
distances = NearestNeighbors(n_neighbors=NEIGHBORS).fit(scaled).kneighbors()[0].mean(1)


def quantile(values, share):
    values = np.sort(values)
    return values[min(len(values) - 1, int(share * len(values)))]


usual = {}
for name in names:
    group = right & (labels == name)
    usual[name] = quantile(distances[group if group.sum() >= 20 else right], 1 - SHARE / 2)
shares = classifier.fit(scaled, labels).predict_proba(asked)
best = names[shares.argmax(1)]
far = classifier.kneighbors(asked)[0].mean(1) / np.array([usual[name] for name in best])
cutoff = quantile(own.max(1)[right], SHARE / 2)
found = {
    "neighbors": NEIGHBORS,
    "unknownShare": SHARE,
    "reference": reference.tolist(),
    "labels": labels.tolist(),
    "query": query.tolist(),
    "best": best.tolist(),
    "score": shares.max(1).tolist(),
    "distance": far.tolist(),
    "label": ["unknown" if a < cutoff or b > 1 else name for a, b, name in zip(shares.max(1), far, best)],
    "minScore": float(cutoff),
    "referenceAccuracy": float(right.mean()),
}
Path(sys.argv[1], "nearest-labels.json").write_text(json.dumps(found) + "\n")
