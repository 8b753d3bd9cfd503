import type { z } from 'zod';
import { modelParams, pretrainedParams, pretrainParams } from '../stages/training.params.js';
import type { DataParams } from '../stages/data.params.js';
import type { TokenizeParams } from '../stages/cell.params.js';

/** Returns whether medians come from cells other than the tested ones: from a published vocabulary or a separate corpus. */
export function hasOwnCorpus({ data, tokenize }: { data: DataParams; tokenize: TokenizeParams }): boolean {
  return tokenize.vocabulary !== 'corpus' || data.kind === 'corpus' || data.corpus !== undefined;
}

export const OWN_CORPUS = {
  path: ['tokenize', 'vocabulary'],
  message: 'medians would be learned from the tested cells; add data.corpus or name a published vocabulary',
};

/** The keys of a profile that give a model's shape and its pretrained weights; cell and gene experiments share them. */

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
