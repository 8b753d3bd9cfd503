import { checkOptions, type OptionNames, seededRandom, shuffle } from '@geneformer-ts/core';
import { checkLength, checkSplits, countClasses } from './checks.js';
import { TooFewGroupsError } from './errors.js';
import { indexGroups } from './groups.js';

/** Options of {@link stratifiedGroupKFold}. */
export interface StratifiedGroupKFoldOptions {
  /** Number of folds, at least 2 and at most the number of groups. */
  nSplits: number;
  /** Seed for the order of groups with equal class balance. Default 0. */
  seed?: number;
  /** One name per class, for error messages. */
  classNames?: readonly string[];
}

const known: OptionNames<StratifiedGroupKFoldOptions> = { nSplits: true, seed: true, classNames: true };

/**
 * Assigns whole groups to folds, with class proportions as balanced as possible.
 *
 * Uses the method of scikit-learn's `StratifiedGroupKFold`. Groups with the most uneven class counts come first. Each
 * goes to the fold that minimizes the spread of the classes over the folds; ties go to the fold with fewer rows. A
 * class in fewer groups than folds is missing from the test rows of some folds.
 *
 * @param labels class of each row, whole numbers from 0 without gaps
 * @param groups group id of each row; any whole numbers
 * @returns test fold of each row
 * @throws TooFewGroupsError, EmptyClassError, TooFewRowsError, LengthMismatchError, LabelRangeError, ArgumentError
 */
export function stratifiedGroupKFold(
  labels: Int32Array,
  groups: Int32Array,
  options: StratifiedGroupKFoldOptions,
): Int32Array {
  checkOptions('stratifiedGroupKFold', options, known);
  const { nSplits, seed = 0, classNames } = options;
  checkSplits(nSplits);
  checkLength('groups', groups.length, labels.length);
  const classTotals = countClasses(labels, nSplits, classNames);
  const classes = classTotals.length;
  const { count, groupOf } = indexGroups(groups);
  if (count < nSplits) throw new TooFewGroupsError(count, nSplits);

  const inGroup = new Int32Array(count * classes);
  for (let row = 0; row < labels.length; row++) inGroup[groupOf[row] * classes + labels[row]]++;

  const foldOfGroup = new Int32Array(count);
  const inFold = new Int32Array(nSplits * classes);
  for (const group of mostUnevenFirst(inGroup, count, classes, seed)) {
    const counts = inGroup.subarray(group * classes, (group + 1) * classes);
    const fold = bestFold(inFold, counts, classTotals, nSplits);
    foldOfGroup[group] = fold;
    for (let label = 0; label < classes; label++) inFold[fold * classes + label] += counts[label];
  }
  return groupOf.map((group) => foldOfGroup[group]);
}

function mostUnevenFirst(inGroup: Int32Array, count: number, classes: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, group) => group);
  shuffle(order, seededRandom(seed));
  const unevenness = Float64Array.from({ length: count }, (_, group) =>
    standardDeviation(inGroup.subarray(group * classes, (group + 1) * classes)),
  );
  return order.sort((a, b) => unevenness[b] - unevenness[a]);
}

function bestFold(inFold: Int32Array, counts: Int32Array, classTotals: Int32Array, nSplits: number): number {
  const classes = counts.length;
  const share = new Float64Array(nSplits);
  let best = 0;
  let bestSpread = Infinity;
  let bestRows = Infinity;
  for (let fold = 0; fold < nSplits; fold++) {
    let spread = 0;
    let rows = 0;
    for (let label = 0; label < classes; label++) {
      for (let other = 0; other < nSplits; other++) {
        const added = other === fold ? counts[label] : 0;
        share[other] = (inFold[other * classes + label] + added) / classTotals[label];
      }
      spread += standardDeviation(share) / classes;
      rows += inFold[fold * classes + label];
    }
    // Equal spreads may differ in their last bits, so ties are compared with the tolerance of numpy.isclose.
    const tied = Math.abs(spread - bestSpread) <= 1e-8 + 1e-5 * bestSpread;
    if ((tied && rows < bestRows) || (!tied && spread < bestSpread)) {
      best = fold;
      bestSpread = spread;
      bestRows = rows;
    }
  }
  return best;
}

function standardDeviation(values: Int32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
