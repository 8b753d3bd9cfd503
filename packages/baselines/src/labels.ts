import { selectRows } from '@geneformer-ts/analysis';
import { checkMatrix, type Matrix, ShapeError } from '@geneformer-ts/core';
import { checkTraining } from './classifier.js';

/** `'balanced'` gives each class the same total weight. */
export type ClassWeight = 'balanced';

/**
 * Classes that have training rows, and the labels renumbered to them. A fold that parts donors may leave a class without training
 * rows; a model then learns the others and gives it probability 0.
 */
export interface CompactClasses {
  /** Label of each class that has rows, ascending. */
  present: Int32Array;
  /** Position in `present` of each row's label. */
  compact: Int32Array;
}

export function compactClasses(y: Int32Array, counts: Int32Array): CompactClasses {
  const present = Int32Array.from(counts.keys()).filter((label) => counts[label] > 0);
  const position = new Int32Array(counts.length);
  present.forEach((label, i) => (position[label] = i));
  return { present, compact: y.map((label) => position[label]) };
}

/** Weight of a row of each class: 1, or scikit-learn's `rows / (classes × rows of the class)`. */
export function classWeights(y: Int32Array, classes: number, classWeight?: ClassWeight): Float64Array {
  const weights = new Float64Array(classes).fill(1);
  if (classWeight === undefined) return weights;
  const counts = new Float64Array(classes);
  for (const label of y) counts[label]++;
  return counts.map((count) => y.length / (classes * count));
}

/**
 * Probabilities of all classes from scores of the present ones, `scores[k * rows + row]`. One row of scores stands for two
 * classes: the log-odds of the second.
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

/** The label of a row whose class is not known. */
export const UNLABELED = -1;

/**
 * Checks that semi-supervised fits make: those of a fit on the labeled rows, and one label or {@link UNLABELED} a row.
 *
 * @returns the labeled rows, ascending
 */
export function checkPartlyLabeled(model: string, X: Matrix, y: Int32Array, classes: number): Int32Array {
  if (y.length !== X.rows)
    throw new ShapeError('y', y.length, X.rows, 'give one label a row of X, -1 where it is not known');
  checkMatrix(X);
  const labeled = Int32Array.from(y.keys()).filter((row) => y[row] !== UNLABELED);
  checkTraining(model, selectRows(X, labeled), labelsOf(y, labeled), classes);
  return labeled;
}

export function labelsOf(y: Int32Array, rows: Int32Array): Int32Array {
  return Int32Array.from(rows, (row) => y[row]);
}
