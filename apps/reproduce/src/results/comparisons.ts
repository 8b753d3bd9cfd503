import {
  accuracy,
  bootstrapInterval,
  correctedTTest,
  deLongTest,
  holm,
  macroF1,
  mcNemarTest,
  rocAucScorer,
} from '@geneformer-ts/eval';
import { differencesFrom, type Differences } from './differences.js';
import { resamplingOf, type Estimate, type IntervalOptions } from './measure.js';
import { inOrder, pickRows, predictedClasses, type Predictions } from './predictions.js';

/** Tests of whether a model differs from the reference, on the same rows (cells or genes) and folds. */

export interface Comparison {
  reference: string;
  model: string;
  differences: Differences;
  /** Rows that only one of the two models predicts correctly, and McNemar's test, which assumes independent rows. */
  mcNemar: { onlyReference: number; onlyModel: number; pValue: number; holm: number };
  /** For two classes: areas over all rows, with scores replaced by their ranks within the fold, because each fold has its own model. */
  deLong: { difference: number; pValue: number; holm: number } | null;
  /** Nadeau and Bengio's corrected t-test of the difference in AUC and accuracy over the folds; NaN where fewer than two folds have every class. */
  foldAuc: { difference: number; pValue: number; holm: number };
  foldAccuracy: { difference: number; pValue: number; holm: number };
}

/** Compares the reference with every other model. Differences are reference minus model; p-values are two-sided, `holm` is adjusted over all models. */
export function compareWith(
  reference: string,
  predictions: ReadonlyMap<string, Predictions>,
  options: IntervalOptions,
): Comparison[] {
  const differences = differencesFrom(reference, predictions, options);
  const own = inOrder(predictions.get(reference)!);
  const others = [...predictions.keys()].filter((name) => name !== reference);
  const raw = others.map((model) => compareOne(reference, own, model, inOrder(predictions.get(model)!)));
  const adjusted = <T extends { pValue: number }>(pick: (one: RawComparison) => T | null) => {
    const tests = raw.map(pick);
    const values = [...holm(tests.flatMap((test) => (test && Number.isFinite(test.pValue) ? [test.pValue] : [])))];
    return tests.map((test) => test && { ...test, holm: Number.isFinite(test.pValue) ? values.shift()! : NaN });
  };
  const mcNemar = adjusted((one) => one.mcNemar);
  const deLong = adjusted((one) => one.deLong);
  const foldAuc = adjusted((one) => one.foldAuc);
  const foldAccuracy = adjusted((one) => one.foldAccuracy);
  return raw.map(({ model }, i) => ({
    reference,
    model,
    differences: differences.get(model)!,
    mcNemar: mcNemar[i]!,
    deLong: deLong[i] ?? null,
    foldAuc: foldAuc[i]!,
    foldAccuracy: foldAccuracy[i]!,
  }));
}

type RawComparison = ReturnType<typeof compareOne>;

function compareOne(reference: string, a: Predictions, model: string, b: Predictions) {
  const { onlyFirst, onlySecond, pValue } = mcNemarTest(a.truth, predictedClasses(a), predictedClasses(b));
  const binary = a.classes.length === 2;
  const folds = [...new Set(a.folds)];
  const testRows = a.truth.length / folds.length;
  const over = (score: (part: Predictions) => number) => {
    const differences = folds.map((fold) => score(ofFold(a, fold)) - score(ofFold(b, fold))).filter(Number.isFinite);
    // The area of a fold that lacks a class is not defined.
    if (differences.length < 2) return { difference: NaN, pValue: NaN };
    const { mean, pValue: p } = correctedTTest(differences, a.truth.length - testRows, testRows);
    return { difference: mean, pValue: p };
  };
  const test = binary ? deLongTest(a.truth, rankedInFolds(a), rankedInFolds(b)) : null;
  return {
    reference,
    model,
    mcNemar: { onlyReference: onlyFirst, onlyModel: onlySecond, pValue },
    deLong: test && { difference: test.difference, pValue: test.pValue },
    foldAuc: over(({ truth, probabilities, classes }) => rocAucScorer(truth, probabilities, classes.length)()),
    foldAccuracy: over((part) => accuracy(part.truth, predictedClasses(part))),
  };
}

function ofFold(predictions: Predictions, fold: number): Predictions {
  return pickRows(
    predictions,
    [...predictions.folds.keys()].filter((row) => predictions.folds[row] === fold),
  );
}

/** Returns the fraction of its fold's scores that are below each row's score; equal scores count half. */
function rankedInFolds({ folds, probabilities }: Predictions): Float64Array {
  const score = (row: number): number => probabilities[2 * row + 1];
  const shares = new Float64Array(folds.length);
  for (const fold of new Set(folds)) {
    const rows = [...folds.keys()].filter((row) => folds[row] === fold).sort((a, b) => score(a) - score(b));
    for (let from = 0, to = 0; from < rows.length; from = to) {
      do to++;
      while (to < rows.length && score(rows[to]) === score(rows[from]));
      for (const row of rows.slice(from, to)) shares[row] = (from + to) / 2 / rows.length;
    }
  }
  return shares;
}

export interface PairedDifference {
  accuracy: Estimate;
  macroF1: Estimate;
}

/**
 * Returns `ours` minus `other`, with the value of each resample. The cells are resampled for both models together, so that variation shared by
 * both cancels out.
 */
export function drawnDifference(
  ours: Predictions,
  other: Predictions,
  options: IntervalOptions,
): Record<keyof PairedDifference, { estimate: Estimate; draws: number[] }> {
  const { truth, classes } = ours;
  const predicted = predictedClasses(ours);
  const paired = pairedClasses(ours, other);
  const resampling = resamplingOf(ours, options);
  const drawn = (score: (predictions: Int32Array, weights: Int32Array) => number) => {
    const gained = (weights: Int32Array) => score(predicted, weights) - score(paired, weights);
    const draws: number[] = [];
    const kept = (weights: Int32Array) => {
      const value = gained(weights);
      draws.push(value);
      return value;
    };
    const mean = gained(new Int32Array(truth.length).fill(1));
    return { estimate: { mean, ci95: bootstrapInterval(truth.length, kept, resampling) }, draws };
  };
  return {
    accuracy: drawn((labels, weights) => accuracy(truth, labels, weights)),
    macroF1: drawn((labels, weights) => macroF1(truth, labels, classes.length, weights)),
  };
}

/** Returns the classes that `other` predicts for the cells of `ours`, in the order of `ours`. */
export function pairedClasses(ours: Predictions, other: Predictions): Int32Array {
  const theirs = new Map(Array.from(predictedClasses(other), (label, row) => [other.cellIds[row], label]));
  return Int32Array.from(ours.cellIds, (id) => {
    const label = theirs.get(id);
    if (label !== undefined) return label;
    throw new Error(
      `cell "${id}" was tested with one model and not with the other; both models need the same test cells`,
    );
  });
}
