import { tf } from '@geneformer-ts/engine';
import { encoderInput } from './batch-input.js';
import type { PaddedBatch } from './collate.js';
import type { EncoderInput } from './encoder.js';
import { firstPositions, meanWeights, type Pooling } from './pooling.js';

/** What pooling reads of a batch: one of the two. */
export interface PoolingInput {
  /** For `cls`: flat index of position 0 of each row. */
  first?: tf.Tensor1D;
  /** For `mean`: averaging weights [rows, 1, length]. */
  mean?: tf.Tensor3D;
}

/** The pooling part of a batch on the backend. Call inside `tf.tidy`. */
export function poolingInput(batch: PaddedBatch, pooling: Pooling, specialIds: readonly number[]): PoolingInput {
  const { rows, length } = batch;
  if (pooling === 'cls') return { first: tf.tensor1d(firstPositions(rows, length), 'int32') };
  return { mean: tf.tensor3d(meanWeights(batch, specialIds), [rows, 1, length]) };
}

/** The whole of a classifier's input on the backend. Call inside `tf.tidy`. */
export function classifierInput(
  batch: PaddedBatch,
  pooling: Pooling,
  specialIds: readonly number[],
): EncoderInput & PoolingInput {
  return { ...encoderInput(batch), ...poolingInput(batch, pooling, specialIds) };
}
