import { readFileSync } from 'node:fs';

interface Golden {
  binary: {
    truth: number[];
    score: number[];
    predicted: number[];
    weights: number[];
    rocAuc: number;
    rocAucWeighted: number;
    roc: { fpr: number[]; tpr: number[]; thresholds: number[] };
    rocFull: { fpr: number[]; tpr: number[] };
    logLoss: number;
    brier: number;
  };
  manyClasses: {
    classes: number;
    truth: number[];
    probabilities: number[];
    predicted: number[];
    weights: number[];
    confusion: number[];
    accuracy: number;
    accuracyWeighted: number;
    macroF1: number;
    macroF1Weighted: number;
    f1: number[];
    recall: number[];
    precision: number[];
    rocAuc: number;
    logLoss: number;
  };
  missingClass: { truth: number[]; predicted: number[]; macroF1: number };
  folds: {
    labels: number[];
    groups: number[];
    nSplits: number;
    stratifiedClassCounts: number[][];
    groupSizes: number[];
    stratifiedGroupFold: number[];
  };
  bootstrap: {
    rows: number;
    right: number;
    interval: [number, number];
    clusterSizes: number[];
    clusterCorrect: number[];
    clusterInterval: [number, number];
  };
  probabilities: {
    averagePrecision: number;
    averagePrecisionWeighted: number;
    expectedCalibrationError: number;
  };
  tests: {
    second: number[];
    deLong: { areas: [number, number]; standardError: number; pValue: number; interval: [number, number] };
    /** Rows correct only in the first, only in the second, p. */
    mcNemar: [number, number, number][];
    foldDifferences: number[];
    /** t, p. */
    corrected: [number, number];
    /** Differences, statistic, p. */
    wilcoxon: [number[], number, number][];
    /** Differences with ties or zeros, p by enumerating signs. */
    wilcoxonTies: [number[], number][];
    /** z, p. */
    normal: [number, number][];
    /** t, degrees of freedom, p. */
    student: [number, number, number][];
  };
}

/** Values from scikit-learn and scipy, written by tools/parity/eval-golden.py. */
export const golden: Golden = JSON.parse(
  readFileSync(new URL('../../fixtures/golden.json', import.meta.url), 'utf8'),
) as Golden;
