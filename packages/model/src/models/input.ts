import { checkChoice } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import type { EncoderInput } from '../bert/encoder.js';
import { type Pooling, poolings } from '../bert/heads.js';
import type { PaddedBatch } from '../data/padded-batch.js';

/** Returns the arrays of a batch as tensors. Call it inside `tf.tidy`, or dispose of both tensors. */
export function encoderInput(batch: PaddedBatch, inputIds: Int32Array = batch.inputIds): EncoderInput {
  const { rows, length, levels } = batch;
  return {
    rows,
    length,
    inputIds: tf.tensor1d(inputIds, 'int32'),
    ...(batch.mask && { mask: tf.tensor4d(batch.mask, [rows, 1, 1, length]) }),
    ...(levels && { levels: tf.tensor1d(levels) }),
  };
}

/** The part of a batch that pooling needs: one of the two fields. */
export interface PoolingInput {
  /** For `cls`: flat index of position 0 in each row. */
  first?: tf.Tensor1D;
  /** For `mean`: averaging weights [rows, 1, length]. */
  mean?: tf.Tensor3D;
}

/** Returns the tensor that pooling needs for a batch. Call it inside `tf.tidy`. @throws ArgumentError for another pooling */
export function poolingInput(batch: PaddedBatch, pooling: Pooling, specialIds: readonly number[]): PoolingInput {
  const { rows, length } = batch;
  checkChoice('pooling', pooling, poolings);
  if (pooling === 'cls') return { first: tf.tensor1d(firstPositions(rows, length), 'int32') };
  return { mean: tf.tensor3d(meanWeights(batch, specialIds), [rows, 1, length]) };
}

/** Returns the whole input of a pooled model as tensors. Call it inside `tf.tidy`. */
export function classifierInput(
  batch: PaddedBatch,
  pooling: Pooling,
  specialIds: readonly number[],
): EncoderInput & PoolingInput {
  return { ...encoderInput(batch), ...poolingInput(batch, pooling, specialIds) };
}

/** Returns the flat index of position 0 in each row; `cls` pooling needs the last layer only there. */
function firstPositions(rows: number, length: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row * length);
}

/** Added to each level in the weights of the mean, so that a gene with the lowest count has a weight too. */
const LEAST_WEIGHT = 0.1;

/**
 * Returns weights [rows × length] for the mean over the genes of each row: equal, or with levels in proportion to 0.1 + level. A row with
 * only special tokens is averaged over all of them; an empty row has weights 0.
 */
function meanWeights(batch: PaddedBatch, specialIds: readonly number[]): Float32Array {
  const { levels } = batch;
  const weights = new Float32Array(batch.rows * batch.length);
  for (let row = 0; row < batch.rows; row++) {
    const start = row * batch.length;
    const end = start + batch.lengths[row];
    let total = 0;
    for (let at = start; at < end; at++) {
      if (specialIds.includes(batch.inputIds[at])) continue;
      weights[at] = levels ? levels[at] + LEAST_WEIGHT : 1;
      total += weights[at];
    }
    if (total === 0) weights.fill(1 / (end - start), start, end);
    else for (let at = start; at < end; at++) weights[at] /= total;
  }
  return weights;
}
