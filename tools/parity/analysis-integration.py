"""Writes packages/analysis/fixtures/integration.json: integration scores of scIB's definitions, with scikit-learn and scipy.

Run with scikit-learn 1.9, scipy and numpy: python tools/parity/analysis-integration.py
LISI follows Korsunsky et al. 2019: perplexity weights by bisection, then the inverse Simpson index; written with scipy's root
finder, independently of the package.
"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_samples, silhouette_score
from sklearn.neighbors import NearestNeighbors

rng = np.random.default_rng(5)
LABELS, BATCHES, ROWS, COLS, K = 4, 3, 150, 5, 15
labels = rng.integers(0, LABELS, ROWS)
batches = rng.integers(0, BATCHES, ROWS)
centers = rng.normal(0, 2.5, (LABELS, COLS))
shifts = rng.normal(0, 0.8, (BATCHES, COLS))
X = (centers[labels] + shifts[batches] + rng.normal(0, 1, (ROWS, COLS))).astype(np.float32)

distances, indices = NearestNeighbors(n_neighbors=K).fit(X).kneighbors()


def lisi(perplexity):
    def weights(d, beta):
        w = np.exp(-beta * (d - d.min()))
        return w / w.sum()

    def entropy(w):
        w = w[w > 0]
        return -(w * np.log(w)).sum()

    scores = []
    for d, i in zip(distances, indices):
        beta = brentq(lambda b: entropy(weights(d, b)) - np.log(perplexity), 1e-6, 1e6, xtol=1e-12)
        shares = np.bincount(batches[i], weights=weights(d, beta), minlength=BATCHES)
        scores.append(1 / (shares**2).sum())
    return np.array(scores)


def graph_connectivity():
    graph = csr_matrix((np.ones(ROWS * K), (np.repeat(np.arange(ROWS), K), indices.ravel())), shape=(ROWS, ROWS))
    graph = graph.maximum(graph.T)
    shares = []
    for label in range(LABELS):
        rows = np.flatnonzero(labels == label)
        _, parts = connected_components(graph[rows][:, rows], directed=False)
        shares.append(np.bincount(parts).max() / len(rows))
    return float(np.mean(shares))


per_batch = []
for label in range(LABELS):
    rows = labels == label
    per_batch.append((1 - np.abs(silhouette_samples(X[rows], batches[rows]))).mean())
local = lisi(K // 3)
kmeans = KMeans(LABELS, n_init=50, random_state=0).fit(X.astype(np.float64))
out = {
    "X": {"rows": ROWS, "cols": COLS, "data": X.ravel().tolist()},
    "labels": labels.tolist(),
    "batches": batches.tolist(),
    "k": K,
    "silhouetteSamples": silhouette_samples(X, labels).tolist(),
    "silhouetteLabel": float((silhouette_score(X, labels) + 1) / 2),
    "silhouetteBatch": float(np.mean(per_batch)),
    "lisi": local.tolist(),
    "integrationLisi": float((np.median(local) - 1) / (BATCHES - 1)),
    "graphConnectivity": graph_connectivity(),
    "adjustedRandScore": float(adjusted_rand_score(labels, kmeans.labels_)),
    "normalizedMutualInfoScore": float(normalized_mutual_info_score(labels, kmeans.labels_)),
    "clusters": kmeans.labels_.tolist(),
    "inertia": float(kmeans.inertia_),
}
path = Path(__file__).parents[2] / "packages/analysis/fixtures/integration.json"
path.write_text(json.dumps(out) + "\n")
