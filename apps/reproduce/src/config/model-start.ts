/** Where the models of a profile start, and with which shape: the same for cells and for genes. */
import type { z } from 'zod';
import { pretrainedParams } from '../stages/checkpoint.params.js';
import { modelParams } from '../stages/finetune.params.js';
import { pretrainParams } from '../stages/pretrain.params.js';

export const modelStart = {
  /** Left out where a model with random weights has the shape of the pretrained one. */
  model: modelParams.optional(),
  /** Pretraining on the corpus of this profile's data. */
  pretrain: pretrainParams.optional(),
  /** Or a model that was pretrained elsewhere. */
  pretrained: pretrainedParams.optional(),
};

/** Says of a profile what it names twice or not at all. */
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
