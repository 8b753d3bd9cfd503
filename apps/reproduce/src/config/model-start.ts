/** The keys of a profile that give a model's shape and its pretrained weights; cell and gene experiments share them. */
import type { z } from 'zod';
import { pretrainedParams } from '../stages/checkpoint.params.js';
import { modelParams } from '../stages/finetune.params.js';
import { pretrainParams } from '../stages/pretrain.params.js';

export const modelStart = {
  /** Omitted where a randomly initialized model has the shape of the pretrained one. */
  model: modelParams.optional(),
  /** Pretraining on the corpus of this profile's data. */
  pretrain: pretrainParams.optional(),
  /** A model that was pretrained elsewhere, instead of `pretrain`. */
  pretrained: pretrainedParams.optional(),
};

/** Reports a profile that names two pretrained models, or neither a shape nor a pretrained model. */
export function checkModelStart(
  { model, pretrain, pretrained }: { model?: unknown; pretrain?: unknown; pretrained?: unknown },
  context: z.RefinementCtx,
): void {
  if (pretrain && pretrained) {
    context.addIssue({ code: 'custom', path: ['pretrained'], message: 'give either pretrain or pretrained' });
  }
  if (model === undefined && pretrained === undefined) {
    const message = 'expected the shape of the model, as no pretrained one is named';
    context.addIssue({ code: 'custom', path: ['model'], message });
  }
}
