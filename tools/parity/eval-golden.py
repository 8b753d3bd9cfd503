"""Fixed values for packages/eval from scikit-learn and scipy.

Run: /usr/bin/python3 tools/parity/eval-golden.py packages/eval/fixtures

Made with numpy 1.24, scipy 1.10 and scikit-learn 1.2 (Debian 12's packages). Writes golden.json; the same versions
write the same bytes.
"""

import json
import pathlib
import sys

import numpy as np
from scipy import stats
from sklearn import metrics
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold


def rounded(values):
    """Two decimals, so that ties occur and the JSON stays short."""
    return np.round(values, 2)


def binary_case(rng, rows):
    truth = (rng.random(rows) < 0.4).astype(int)
    score = rounded(np.clip(0.5 + 0.18 * (2 * truth - 1) + 0.25 * rng.standard_normal(rows), 0.01, 0.99))
    predicted = (score >= 0.5).astype(int)
    weights = rng.integers(0, 4, rows)
    fpr, tpr, thresholds = metrics.roc_curve(truth, score)
    full = metrics.roc_curve(truth, score, drop_intermediate=False)
    return {
        "truth": truth.tolist(),
        "score": score.tolist(),
        "predicted": predicted.tolist(),
        "weights": weights.tolist(),
        "rocAuc": metrics.roc_auc_score(truth, score),
        "rocAucWeighted": metrics.roc_auc_score(truth, score, sample_weight=weights),
        "roc": {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds[1:].tolist()},
        "rocFull": {"fpr": full[0].tolist(), "tpr": full[1].tolist()},
        "logLoss": metrics.log_loss(truth, score),
        "brier": metrics.brier_score_loss(truth, score),
    }


def many_class_case(rng, rows, classes):
    truth = rng.integers(0, classes, rows)
    logits = 1.2 * np.eye(classes)[truth] + rng.standard_normal((rows, classes))
    probabilities = np.exp(logits)
    probabilities = (probabilities / probabilities.sum(1, keepdims=True)).round(3)
    probabilities[:, -1] = (1 - probabilities[:, :-1].sum(1)).round(3)
    predicted = probabilities.argmax(1)
    weights = rng.integers(0, 3, rows)
    return {
        "classes": classes,
        "truth": truth.tolist(),
        "probabilities": probabilities.ravel().tolist(),
        "predicted": predicted.tolist(),
        "weights": weights.tolist(),
        "confusion": metrics.confusion_matrix(truth, predicted).ravel().tolist(),
        "accuracy": metrics.accuracy_score(truth, predicted),
        "accuracyWeighted": metrics.accuracy_score(truth, predicted, sample_weight=weights),
        "macroF1": metrics.f1_score(truth, predicted, average="macro"),
        "macroF1Weighted": metrics.f1_score(truth, predicted, average="macro", sample_weight=weights),
        "f1": metrics.f1_score(truth, predicted, average=None).tolist(),
        "recall": metrics.recall_score(truth, predicted, average=None).tolist(),
        "precision": metrics.precision_score(truth, predicted, average=None).tolist(),
        "rocAuc": metrics.roc_auc_score(truth, probabilities, multi_class="ovr", average="macro"),
        "logLoss": metrics.log_loss(truth, probabilities),
    }


def missing_class_case():
    """Class 2 is true but never predicted, class 3 predicted but never true, class 4 neither."""
    truth = [0, 0, 1, 1, 2, 2, 0, 1]
    predicted = [0, 1, 1, 1, 0, 3, 0, 3]
    return {
        "truth": truth,
        "predicted": predicted,
        "macroF1": metrics.f1_score(truth, predicted, average="macro", zero_division=0),
    }


def folds_case(rng, rows):
    labels = rng.choice(4, rows, p=[0.5, 0.3, 0.15, 0.05])
    # StratifiedKFold deals the classes out in the order in which it meets them; make that their numerical order.
    labels[:4] = range(4)
    # Donors of very different size and make-up, so that no two tie in scikit-learn's order.
    groups = np.sort(rng.choice(11, rows, p=np.arange(1, 12) / 66))
    splits = 4

    def table(splitter, *args):
        return [np.bincount(labels[test], minlength=4).tolist() for _, test in splitter.split(labels, *args)]

    fold = np.zeros(rows, int)
    for number, (_, test) in enumerate(StratifiedGroupKFold(splits).split(labels, labels, groups)):
        fold[test] = number
    return {
        "labels": labels.tolist(),
        "groups": groups.tolist(),
        "nSplits": splits,
        "stratifiedClassCounts": table(StratifiedKFold(splits, shuffle=True, random_state=0), labels),
        "groupSizes": [len(test) for _, test in GroupKFold(splits).split(labels, labels, groups)],
        "stratifiedGroupFold": fold.tolist(),
    }


def bootstrap_case():
    """The bootstrap distribution of a share is exactly binomial; that of a cluster mean is sampled far past its noise."""
    rows, right = 200, 170
    binomial = stats.binom(rows, right / rows)
    rng = np.random.default_rng(1)
    sizes = np.array([4, 9, 14, 20, 25, 31, 40, 57])
    correct = np.array([4, 6, 13, 15, 24, 22, 38, 45])
    draws = rng.integers(0, len(sizes), (400_000, len(sizes)))
    share = correct[draws].sum(1) / sizes[draws].sum(1)
    return {
        "rows": rows,
        "right": right,
        "interval": [binomial.ppf(0.025) / rows, binomial.ppf(0.975) / rows],
        "clusterSizes": sizes.tolist(),
        "clusterCorrect": correct.tolist(),
        "clusterInterval": np.quantile(share, [0.025, 0.975]).tolist(),
    }


def main():
    out = pathlib.Path(sys.argv[1])
    rng = np.random.default_rng(20240607)
    golden = {
        "binary": binary_case(rng, 120),
        "manyClasses": many_class_case(rng, 150, 4),
        "missingClass": missing_class_case(),
        "folds": folds_case(rng, 300),
        "bootstrap": bootstrap_case(),
    }
    (out / "golden.json").write_text(json.dumps(golden) + "\n")


main()
