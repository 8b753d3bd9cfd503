/** Where the pretrained model of a profile comes from: its own pretraining, that of another profile, or a published checkpoint. */
import { presetConfig } from '@geneformer-ts/model';
import type { z } from 'zod';
import type { Pretrained } from '../data/pretrained.js';
import type { Planner, Ref } from '../run/define.js';
import type { TokenizeParams } from '../stages/cell.params.js';
import checkpoint from '../stages/checkpoint.js';
import type { DataParams } from '../stages/data.params.js';
import contrast from '../stages/contrast.js';
import linearModel from '../stages/linear-model.js';
import pretrain from '../stages/pretrain.js';
import type tokenize from '../stages/tokenize.js';
import { contrastParams, modelParams, pretrainedParams, pretrainParams } from '../stages/training.params.js';

export const modelStart = {
  /** Omitted where a randomly initialized model has the shape of the pretrained one. */
  model: modelParams.optional(),
  /** Pretraining on the corpus of this profile's data. */
  pretrain: pretrainParams.optional(),
  /** Contrastive pretraining on the corpus, from the vectors of a linear model, instead of `pretrain`. */
  contrast: contrastParams.optional(),
  /** A model that was pretrained elsewhere, instead of `pretrain`. */
  pretrained: pretrainedParams.optional(),
};
type ModelStart = z.infer<z.ZodObject<typeof modelStart>>;

/** Adds the linear model that is fitted to the corpus, where contrastive pretraining starts from it. */
export function addLinear(
  { profile, add }: Planner<ModelStart>,
  tokens: Ref<typeof tokenize>,
): Ref<typeof linearModel> | undefined {
  const { model, contrast: training } = profile;
  if (!model || !training) return undefined;
  return add(linearModel, { width: model.hiddenSize ?? presetConfig(model.preset, 1).hidden_size }, { tokens });
}

/** Adds the task that gives the pretrained model, if there is one. */
export function addStart(
  { profile, add, elsewhere }: Planner<ModelStart>,
  tokens: Ref<typeof tokenize>,
  linear?: Ref<typeof linearModel>,
): Ref<Pretrained> | undefined {
  const { model, pretrain: training, contrast: contrastive, pretrained } = profile;
  // Classifiers that do not read its result train on the other half of the cores.
  const cores = { cores: 'half' } as const;
  if (model && contrastive && linear) return add(contrast, { model, training: contrastive }, { tokens, linear }, cores);
  if (model && training) return add(pretrain, { model, training }, { tokens }, cores);
  if (pretrained?.profile !== undefined) return elsewhere(pretrained.profile, pretrain);
  return pretrained && add(checkpoint, pretrained, {});
}

/** Reports a profile that names two pretrained models, or neither a shape nor a pretrained model. */
export function checkModelStart({ model, pretrain, contrast, pretrained }: ModelStart, context: z.RefinementCtx): void {
  if ([pretrain, contrast, pretrained].filter(Boolean).length > 1) {
    const message = 'give only one of pretrain, contrast and pretrained';
    context.addIssue({ code: 'custom', path: [pretrained ? 'pretrained' : 'contrast'], message });
  }
  if (contrast && model && !model.levels) {
    context.addIssue({
      code: 'custom',
      path: ['model', 'levels'],
      message: 'contrast needs a model that reads levels; set it to true',
    });
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
