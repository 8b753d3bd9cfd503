import type { tf } from '@geneformer-ts/engine';
import type { Batch } from './batches.js';
import { classifierInput } from './classifier-input.js';
import type { PaddedBatch } from './collate.js';
import type { DropoutSeeds } from './encoder.js';
import { type FrozenPart, trainingStart } from './frozen-part.js';
import type { PooledModel } from './pooled-model.js';

/** Outputs of the head for a batch, with dropout in the part that is trained and none in the frozen part below. */
export function trainingOutputs(
  model: PooledModel,
  frozen: FrozenPart,
  padded: PaddedBatch,
  batch: Batch,
  seeds: DropoutSeeds,
): tf.Tensor2D {
  if (frozen.states?.pooled) return model.headLogits(frozen.states.at(padded, batch), seeds);
  const input = classifierInput(padded, model.pooling, model.specialIds);
  const from = trainingStart(model, frozen, input, padded, batch);
  return model.logits(input, { seeds, ...(from && { from }) });
}
