import { selectRows } from '@geneformer-ts/analysis';
import { checkMatrix, type Matrix, ShapeError } from '@geneformer-ts/core';
import { checkTraining } from './classifier.js';

/** The label of a row whose class is not known. */
export const UNLABELLED = -1;

/**
 * Checks that semi-supervised fits make: those of a fit on the labelled rows, and one label or {@link UNLABELLED} a row.
 *
 * @returns the labelled rows, ascending
 */
export function checkPartlyLabelled(model: string, X: Matrix, y: Int32Array, classes: number): Int32Array {
  if (y.length !== X.rows)
    throw new ShapeError('y', y.length, X.rows, 'give one label a row of X, -1 where it is not known');
  checkMatrix(X);
  const labelled = Int32Array.from(y.keys()).filter((row) => y[row] !== UNLABELLED);
  checkTraining(model, selectRows(X, labelled), labelsOf(y, labelled), classes);
  return labelled;
}

export function labelsOf(y: Int32Array, rows: Int32Array): Int32Array {
  return Int32Array.from(rows, (row) => y[row]);
}
