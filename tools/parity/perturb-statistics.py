"""Golden statistics for packages/perturb, from numpy, scipy and scikit-learn.

    python3 tools/parity/perturb-statistics.py packages/perturb/fixtures/statistics.json

Rows of a simulated run (cell, gene, rank, effect) of 12 donors, and per gene: the mean of donor means, the genes that are nearest in
log detection and mean rank, Wilcoxon's test on donor means minus those of these genes, Benjamini and Hochberg's adjustment, and the
mixture of two normal distributions. The definitions are written out here; no code is shared.
"""

import json
import sys

import numpy as np
from scipy.stats import false_discovery_control, wilcoxon
from sklearn.mixture import GaussianMixture

GENES, DONORS, CELLS, MATCHED = 40, 12, 6, 10
random = np.random.default_rng(19)

rows = []
popular = random.uniform(0.3, 1, GENES)
rank = random.uniform(0, 500, GENES)
own = np.where(np.arange(GENES) < 6, 0.02, 0.0)
for cell in range(DONORS * CELLS):
    for gene in range(GENES):
        if random.random() < popular[gene]:
            place = int(max(0, rank[gene] + random.normal(0, 20)))
            rows.append([cell, gene, place, round(0.01 + own[gene] + 0.002 * float(random.normal()), 8)])

table = np.array(rows)
cell, gene, place, effect = table.T
donor = cell.astype(int) // CELLS
means = np.full((GENES, DONORS), np.nan)
for g in range(GENES):
    for d in range(DONORS):
        chosen = effect[(gene == g) & (donor == d)]
        if len(chosen):
            means[g, d] = chosen.mean()
effects = np.nanmean(means, axis=1)
cells = np.array([(gene == g).sum() for g in range(GENES)])
mean_rank = np.array([place[gene == g].mean() for g in range(GENES)])
features = np.stack([np.log(cells), mean_rank], axis=1)
features = (features - features.mean(0)) / features.std(0)
null_mean, null_sd, p_values, nulls = [], [], [], []
for g in range(GENES):
    distance = ((features - features[g]) ** 2).sum(1)
    distance[g] = np.inf
    near = np.argsort(distance, kind="stable")[:MATCHED]
    nulls.append([int(n) for n in near])
    null_mean.append(effects[near].mean())
    null_sd.append(effects[near].std(ddof=1))
    difference = means[g] - np.nanmean(means[near], axis=0)
    p_values.append(float(wilcoxon(difference[~np.isnan(difference)]).pvalue))

center, scale = effects.mean(), effects.std()
standard = ((effects - center) / scale)[:, None]
mixture = GaussianMixture(2, tol=1e-13, max_iter=10_000, random_state=0).fit(standard)
order = np.argsort(mixture.means_[:, 0])
golden = {
    "donorOf": [int(d) for d in np.repeat(np.arange(DONORS), CELLS)],
    "rows": rows,
    "matched": MATCHED,
    "effect": effects.tolist(),
    "cells": cells.tolist(),
    "meanRank": mean_rank.tolist(),
    "nulls": nulls,
    "nullMean": np.array(null_mean).tolist(),
    "nullSd": np.array(null_sd).tolist(),
    "pValue": p_values,
    "fdr": false_discovery_control(p_values).tolist(),
    "mixture": {
        "means": (mixture.means_[order, 0] * scale + center).tolist(),
        "sds": (np.sqrt(mixture.covariances_[order, 0, 0]) * scale).tolist(),
        "weights": mixture.weights_[order].tolist(),
    },
}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(golden, file)
    file.write("\n")
