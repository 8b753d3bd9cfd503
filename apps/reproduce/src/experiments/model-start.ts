/** Where the pretrained model of a profile comes from: its own pretraining, that of another profile, or a published checkpoint. */
import type { z } from 'zod';
import type { Pretrained } from '../data/pretrained.js';
import type { Planner, Ref } from '../run/define.js';
import type { TokenizeParams } from '../stages/cell.params.js';
import checkpoint from '../stages/checkpoint.js';
import type { DataParams } from '../stages/data.params.js';
import pretrain from '../stages/pretrain.js';
import type tokenize from '../stages/tokenize.js';
import { modelParams, pretrainedParams, pretrainParams } from '../stages/training.params.js';

export const modelStart = {
  /** Omitted where a randomly initialized model has the shape of the pretrained one. */
  model: modelParams.optional(),
  /** Pretraining on the corpus of this profile's data. */
  pretrain: pretrainParams.optional(),
  /** A model that was pretrained elsewhere, instead of `pretrain`. */
  pretrained: pretrainedParams.optional(),
};
type ModelStart = z.infer<z.ZodObject<typeof modelStart>>;

/** Adds the task that gives the pretrained model, if there is one. */
export function addStart(
  { profile, add, elsewhere }: Planner<ModelStart>,
  tokens: Ref<typeof tokenize>,
): Ref<Pretrained> | undefined {
  const { model, pretrain: training, pretrained } = profile;
  // Classifiers that do not read its result train on the other half of the cores.
  if (model && training) return add(pretrain, { model, training }, { tokens }, { cores: 'half' });
  if (pretrained?.profile !== undefined) return elsewhere(pretrained.profile, pretrain);
  return pretrained && add(checkpoint, pretrained, {});
}

/** Reports a profile that names two pretrained models, or neither a shape nor a pretrained model. */
export function checkModelStart({ model, pretrain, pretrained }: ModelStart, context: z.RefinementCtx): void {
  if (pretrain && pretrained) {
    context.addIssue({ code: 'custom', path: ['pretrained'], message: 'give either pretrain or pretrained' });
  }
  if (model === undefined && pretrained === undefined) {
    const message = 'expected the shape of the model, as no pretrained one is named';
    context.addIssue({ code: 'custom', path: ['model'], message });
  }
}

/** Returns whether medians come from cells other than the tested ones: from a published vocabulary or a separate corpus. */
export function hasOwnCorpus({ data, tokenize }: { data: DataParams; tokenize: TokenizeParams }): boolean {
  return tokenize.vocabulary !== 'corpus' || data.kind === 'corpus' || data.corpus !== undefined;
}

export const OWN_CORPUS = {
  path: ['tokenize', 'vocabulary'],
  message: 'medians would be learned from the tested cells; add data.corpus or name a published vocabulary',
};

/** Returns 0, 1, … for the folds. */
export function foldsOf({ folds }: { folds: number }): number[] {
  return Array.from({ length: folds }, (_, fold) => fold);
}
