"""How hard a simulated thymus is, told by scikit-learn: the numbers of packages/simulate/README.md.

Write a file with `writeThymus('thymus.h5ad', { seed: 0 })`, then run
    OMP_NUM_THREADS=1 /usr/bin/python3 tools/parity/simulate-hardness.py thymus.h5ad
It reads the file with anndata, compares depth with the published quantiles, and classifies cTEC against mTEC with whole donors held
out, and dosage classes of factors with whole factors held out. Needs anndata, scikit-learn (written with 0.8 and 1.2). Minutes.
"""

import json
import sys

import anndata
import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

PUBLISHED = {
    "cTEC": ("2601/8476/12694/18580/34067", "1247/3890/6559"),
    "mTEC 1": ("3381/7018/10271/16299/33703", "1475/3319/6520"),
    "mcTEC": ("4290/8065/11859/18537/41425", "1768/3632/7144"),
    "cycling TEC": ("4953/12475/20037/31077/60629", "2063/5041/8328"),
    "mTEC 2": ("3138/9693/17775/29681/55039", "1279/4220/7685"),
    "TEC myo/neuro": ("2935/7376/12047/19005/33734", "1439/3592/6628"),
    "mTEC 3/4": ("2040/7406/15203/24986/50332", "886/3675/7372"),
}
RANKS = 2048


def quantiles(values, at):
    return "/".join(str(int(q)) for q in np.quantile(values, at))


def depth(cells):
    counts = np.asarray(cells.X.sum(axis=1)).ravel()
    genes = np.diff(cells.X.indptr)
    assert np.array_equal(counts, cells.obs["n_counts"]), "n_counts is not the sum of the row"
    assert np.array_equal(cells.X.data, np.round(cells.X.data)), "counts are not whole"
    print(f"{cells.n_obs} cells, {cells.n_vars} genes, {cells.X.nnz} stored counts")
    print("type | cells | counts 5/25/50/75/95 % | published | genes 5/50/95 % | published")
    for name, (published_counts, published_genes) in PUBLISHED.items():
        here = (cells.obs["cell_type"] == name).to_numpy()
        print(
            f"{name} | {here.sum()} | {quantiles(counts[here], [0.05, 0.25, 0.5, 0.75, 0.95])} | {published_counts} | "
            f"{quantiles(genes[here], [0.05, 0.5, 0.95])} | {published_genes}"
        )


def scaled(cells):
    return (sp.diags(1e4 / cells.obs["n_counts"].to_numpy()) @ cells.X).tocsr().astype(np.float32)


def log_levels(level):
    logs = level.copy()
    logs.data = np.log1p(logs.data)
    return logs


def rank_features(level):
    """Rank value encoding over the medians of the non-zero levels, first 2,048 genes, as (2048 - position) / 2048."""
    columns = level.tocsc()
    medians = [np.median(v) if len(v) else 1 for v in np.split(columns.data, columns.indptr[1:-1])]
    ranked = (level @ sp.diags(1 / np.array(medians))).tocsr()
    for row in range(ranked.shape[0]):
        values = ranked.data[ranked.indptr[row] : ranked.indptr[row + 1]]
        order = np.argsort(-values, kind="stable")
        values[order] = np.maximum(0, RANKS - np.arange(len(order))) / RANKS
    ranked.eliminate_zeros()
    return ranked


def most_variable(matrix, count):
    variance = np.asarray(matrix.power(2).mean(0) - np.power(matrix.mean(0), 2)).ravel()
    return matrix[:, np.argsort(-variance)[:count]].toarray()


def classify_cells(cells):
    tec = cells[cells.obs["is_tec"].to_numpy(dtype=bool)]
    truth = (tec.obs["label"] == "mTEC").to_numpy().astype(int)
    donors = tec.obs["donor_id"].to_numpy()
    types = tec.obs["cell_type"].to_numpy()
    level = scaled(tec)
    linear = make_pipeline(StandardScaler(), LogisticRegression(C=1e-3, max_iter=500))
    runs = [
        ("logistic regression, log counts", most_variable(log_levels(level), 3000), linear),
        ("logistic regression, ranks", most_variable(rank_features(level), 3000), linear),
        ("random forest, log counts", most_variable(log_levels(level), 2000), RandomForestClassifier(300, random_state=0)),
    ]
    print(f"\ncTEC against mTEC, {len(truth)} cells, donor-grouped 5-fold; majority class {max(truth.mean(), 1 - truth.mean()):.3f}")
    for name, features, model in runs:
        scores = np.zeros(len(truth))
        for train, test in StratifiedGroupKFold(5, shuffle=True, random_state=0).split(features, truth, donors):
            scores[test] = model.fit(features[train], truth[train]).predict_proba(features[test])[:, 1]
        called = scores > 0.5
        by_type = ", ".join(f"{t} {np.mean((called == truth)[types == t]):.3f}" for t in PUBLISHED)
        print(
            f"{name}: accuracy {accuracy_score(truth, called):.4f}, macro F1 {f1_score(truth, called, average='macro'):.4f}, "
            f"AUC {roc_auc_score(truth, scores):.4f} ({by_type})"
        )


def classify_factors(cells, truth):
    factors = [r for r in truth["regulators"] if r["dosage"]]
    at = cells.var_names.get_indexer([r["id"] for r in factors])
    sensitive = np.array([r["dosage"] == "sensitive" for r in factors])
    logs = log_levels(scaled(cells)).toarray()
    detection = (logs[:, at] > 0).mean(axis=0)
    centred = (logs - logs.mean(axis=0)) / (logs.std(axis=0) + 0.05)
    svd = TruncatedSVD(64, random_state=0).fit(centred)
    embedding = svd.components_[:, at].T * svd.singular_values_
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=1000, class_weight="balanced"))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    scores = cross_val_predict(model, embedding, sensitive, cv=folds, method="predict_proba")[:, 1]
    print(
        f"\ndosage classes, {sensitive.sum()} sensitive and {(~sensitive).sum()} insensitive factors: AUC of detection rate "
        f"{roc_auc_score(sensitive, detection):.3f}, of co-expression (SVD 64, logistic regression) {roc_auc_score(sensitive, scores):.3f}"
    )


def main(path):
    cells = anndata.read_h5ad(path)
    truth = json.load(open(path.removesuffix(".h5ad") + ".truth.json"))
    depth(cells)
    classify_cells(cells)
    classify_factors(cells, truth)


if __name__ == "__main__":
    main(sys.argv[1])
