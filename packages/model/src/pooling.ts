import { tf } from '@geneformer-ts/engine';
import type { PaddedBatch } from './collate.js';

/**
 * One vector for a cell. `cls`: that of position 0, as published (V2's `<cls>`, V1's top-ranked gene). `mean`: the average over its
 * genes, special tokens and padding left out.
 */
export type Pooling = 'cls' | 'mean';

/** Flat index of position 0 of each row: the only queries `cls` pooling needs of the last layer. */
export function firstPositions(rows: number, length: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row * length);
}

/**
 * Weights [rows × length] that average each row over its genes; a row without one (specials only) averages over all its tokens,
 * an empty row is all 0.
 */
export function meanWeights(batch: PaddedBatch, specialIds: readonly number[]): Float32Array {
  const weights = new Float32Array(batch.rows * batch.length);
  for (let row = 0; row < batch.rows; row++) {
    const start = row * batch.length;
    const end = start + batch.lengths[row];
    let genes = 0;
    for (let at = start; at < end; at++) if (!specialIds.includes(batch.inputIds[at])) genes++;
    if (genes === 0) weights.fill(1 / (end - start), start, end);
    else for (let at = start; at < end; at++) if (!specialIds.includes(batch.inputIds[at])) weights[at] = 1 / genes;
  }
  return weights;
}

/** Weighted sum over positions: hidden [rows × length, width] and weights [rows, 1, length] to [rows, width]. */
export function weightedMean(hidden: tf.Tensor2D, weights: tf.Tensor3D): tf.Tensor2D {
  const [rows, , length] = weights.shape;
  const width = hidden.shape[1];
  return tf.reshape(tf.matMul(weights, tf.reshape(hidden, [rows, length, width])), [rows, width]);
}
