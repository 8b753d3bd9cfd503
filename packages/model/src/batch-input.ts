import { tf } from '@geneformer-ts/engine';
import type { PaddedBatch } from './collate.js';
import type { EncoderInput } from './encoder.js';

/** The batch's arrays on the backend. Call inside `tf.tidy`, or dispose of both tensors. */
export function encoderInput(batch: PaddedBatch, inputIds: Int32Array = batch.inputIds): EncoderInput {
  const { rows, length } = batch;
  return {
    rows,
    length,
    inputIds: tf.tensor1d(inputIds, 'int32'),
    mask: tf.tensor4d(batch.mask, [rows, 1, 1, length]),
  };
}
