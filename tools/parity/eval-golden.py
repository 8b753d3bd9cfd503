"""Fixed values for packages/eval from scikit-learn and scipy.

Run: /usr/bin/python3 tools/parity/eval-golden.py packages/eval/fixtures

Made with numpy 1.24, scipy 1.10 and scikit-learn 1.2 (Debian 12's packages). Writes golden.json; the same versions
write the same bytes.
"""

import itertools
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


def probabilities_case(case):
    """More of the scores of many_class_case, whose probabilities they are given."""
    truth = np.array(case["truth"])
    classes = case["classes"]
    probabilities = np.array(case["probabilities"]).reshape(-1, classes)
    one_hot = np.eye(classes)[truth]
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    bins = np.minimum(np.ceil(confidence * 10).astype(int) - 1, 9)
    error = sum(abs((confidence - right)[bins == b].sum()) for b in range(10)) / len(truth)
    return {
        "averagePrecision": metrics.average_precision_score(one_hot, probabilities, average="macro"),
        "averagePrecisionWeighted": metrics.average_precision_score(
            one_hot, probabilities, average="macro", sample_weight=np.array(case["weights"])
        ),
        "expectedCalibrationError": error,
    }


def delong_by_pairs(truth, first, second):
    """DeLong, DeLong and Clarke-Pearson's formulas written out over all pairs."""
    shares = []
    for score in (first, second):
        positive, negative = score[truth == 1][:, None], score[truth == 0][None, :]
        psi = (positive > negative) + 0.5 * (positive == negative)
        shares.append((psi.mean(), psi.mean(1), psi.mean(0)))
    (a, v10a, v01a), (b, v10b, v01b) = shares
    s10, s01 = np.cov(v10a, v10b), np.cov(v01a, v01b)
    s = s10 / len(v10a) + s01 / len(v01a)
    error = np.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])
    reach = stats.norm.ppf(0.975) * np.sqrt(s[0, 0])
    return {
        "areas": [a, b],
        "standardError": error,
        "pValue": 2 * stats.norm.sf(abs(a - b) / error),
        "interval": [a - reach, a + reach],
    }


def mcnemar(only_first, only_second):
    apart = only_first + only_second
    if apart <= 25:
        return stats.binomtest(only_first, apart).pvalue
    return stats.chi2.sf(max(0, abs(only_first - only_second) - 1) ** 2 / apart, 1)


def wilcoxon_by_signs(differences):
    """Both tails of the signed-rank sum over all signs of the differences that are not 0."""
    moved = np.array(differences)[np.array(differences) != 0]
    ranks = stats.rankdata(abs(moved))
    sums = np.array(list(itertools.product((0, 1), repeat=len(moved)))) @ ranks
    least = min(ranks[moved > 0].sum(), ranks[moved < 0].sum())
    return min(1, 2 * (sums <= least).mean())


def tests_case(rng, binary):
    truth, first = np.array(binary["truth"]), np.array(binary["score"])
    second = rounded(np.clip(first + 0.2 * rng.standard_normal(len(first)), 0, 1))
    fold_differences = rng.normal(0.02, 0.03, 10).round(4)
    corrected = fold_differences.mean() / np.sqrt((1 / 10 + 1 / 9) * fold_differences.var(ddof=1))
    signed = [rng.normal(0.5, 1, 12).round(4), rng.normal(0.4, 1, 40).round(1), rng.normal(0.2, 1, 80).round(5)]
    ties = [[1, 1, 1, 2, -1], [0.5, 0, -0.5, 1, 1, 2], [3, 3, 3, 3, 3], [0, 0, 1], rng.integers(-2, 5, 13).tolist()]
    return {
        "second": second.tolist(),
        "deLong": delong_by_pairs(truth, first, second),
        "mcNemar": [[b, c, mcnemar(b, c)] for b, c in ((3, 11), (6, 6), (20, 41), (30, 30), (0, 4))],
        "foldDifferences": fold_differences.tolist(),
        "corrected": [corrected, 2 * stats.t.sf(abs(corrected), 9)],
        "wilcoxon": [[d.tolist(), *map(float, stats.wilcoxon(d))] for d in signed],
        "wilcoxonTies": [[d, wilcoxon_by_signs(d)] for d in ties],
        "normal": [[z, 2 * stats.norm.sf(z)] for z in (0.0, 0.1, 1.0, 1.96, 3.0, 6.0, 12.0, 30.0)],
        "student": [[t, df, 2 * stats.t.sf(t, df)] for t in (0.0, 0.3, 2.0, 9.0, 60.0) for df in (1, 4, 30, 500)],
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
    golden["probabilities"] = probabilities_case(golden["manyClasses"])
    golden["tests"] = tests_case(rng, golden["binary"])
    (out / "golden.json").write_text(json.dumps(golden) + "\n")


main()
