import { selectRows } from '@geneformer-ts/analysis';
import { checkMatrix, type Matrix, ShapeError } from '@geneformer-ts/core';
import { checkTraining } from './classifier.js';

/** `'balanced'` gives each class the same total weight. */
export type ClassWeight = 'balanced';

/**
 * Classes that have training rows, and the labels renumbered to them. A class may have no training rows when folds split donors;
 * the model then gives it probability 0.
 */
export interface CompactClasses {
  /** Label of each class that has rows, ascending. */
  present: Int32Array;
  /** Index in `present` of each row's label. */
  compact: Int32Array;
}

/** Renumbers labels to the classes that have training rows. */
export function compactClasses(y: Int32Array, counts: Int32Array): CompactClasses {
  const present = Int32Array.from(counts.keys()).filter((label) => counts[label] > 0);
  const indexOf = new Int32Array(counts.length);
  present.forEach((label, i) => (indexOf[label] = i));
  return { present, compact: y.map((label) => indexOf[label]) };
}

/** Returns the weight per row of each class: 1, or scikit-learn's `rows / (classes × rows of the class)`. */
export function classWeights(y: Int32Array, classes: number, classWeight?: ClassWeight): Float64Array {
  const weights = new Float64Array(classes).fill(1);
  if (classWeight === undefined) return weights;
  const counts = new Float64Array(classes);
  for (const label of y) counts[label]++;
  return counts.map((count) => y.length / (classes * count));
}

/**
 * Returns probabilities of all classes from the scores of the classes in `present`: their softmax, or the logistic function when
 * there are two classes and one score per row.
 *
 * @param scores `scores[k * rows + row]`; a single score per row is the log-odds of the second class
 * @returns rows × classes, row-major; 0 for classes that are not in `present`
 */
export function probabilitiesOf(
  scores: Float64Array,
  rows: number,
  classes: number,
  present: Int32Array,
): Float32Array {
  const probabilities = new Float32Array(rows * classes);
  const outputs = scores.length / rows;
  const exponentials = new Float64Array(outputs);
  for (let row = 0; row < rows; row++) {
    if (outputs === 1) {
      const second = 1 / (1 + Math.exp(-scores[row]));
      probabilities[row * classes + present[0]] = 1 - second;
      probabilities[row * classes + present[1]] = second;
      continue;
    }
    let most = -Infinity;
    for (let k = 0; k < outputs; k++) most = Math.max(most, scores[k * rows + row]);
    let sum = 0;
    for (let k = 0; k < outputs; k++) sum += exponentials[k] = Math.exp(scores[k * rows + row] - most);
    for (let k = 0; k < outputs; k++) probabilities[row * classes + present[k]] = exponentials[k] / sum;
  }
  return probabilities;
}

/** Label of a row without a known class. */
export const UNLABELED = -1;

/**
 * Checks the arguments of a semi-supervised fit: one label or {@link UNLABELED} per row, and labeled rows that a classifier accepts.
 *
 * @returns indices of the labeled rows, ascending
 * @throws ArgumentError, ShapeError, ValueError, OneClassError
 */
export function checkPartlyLabeled(model: string, X: Matrix, y: Int32Array, classes: number): Int32Array {
  if (y.length !== X.rows)
    throw new ShapeError('y', y.length, X.rows, 'give one label per row of X, -1 where the class is unknown');
  checkMatrix(X);
  const labeled = Int32Array.from(y.keys()).filter((row) => y[row] !== UNLABELED);
  checkTraining(model, selectRows(X, labeled), labelsOf(y, labeled), classes);
  return labeled;
}

/** Returns the labels of the given rows. */
export function labelsOf(y: Int32Array, rows: Int32Array): Int32Array {
  return Int32Array.from(rows, (row) => y[row]);
}
