/**
 * What an experiment file may hold. Each stage owns the part that it reads, beside its code; this puts the parts together.
 * Unknown keys are errors: a misspelt option must not be silently ignored.
 */
import { z } from 'zod';
import { baselineParams } from '../stages/baseline.params.js';
import { pretrainedParams } from '../stages/checkpoint.params.js';
import { dataParams } from '../stages/data.params.js';
import { embedParams } from '../stages/embed.params.js';
import { evaluateParams } from '../stages/evaluate.params.js';
import { figuresParams } from '../stages/figures.params.js';
import { finetuneParams, modelParams } from '../stages/finetune.params.js';
import { labelBudgetsParams } from '../stages/label-budgets.params.js';
import { pretrainParams } from '../stages/pretrain.params.js';
import { protocolParams } from '../stages/split.params.js';
import { tokenizeParams } from '../stages/tokenize.params.js';

/** Used in target names and file names, so letters, digits and hyphens only. */
export const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'use lower-case letters, digits and hyphens');

/** A figure from the published study, shown beside the measured ones and never mixed with them. */
export const published = z.strictObject({
  model: z.string(),
  metric: z.enum(['accuracy', 'macroF1', 'rocAuc']),
  value: z.number().min(0).max(1),
  source: z.string(),
});

const profile = z
  .strictObject({
    description: z.string(),
    question: z.string(),
    /** Only where the published study asked the same question. */
    published: z.array(published),
    data: dataParams,
    protocol: protocolParams,
    tokenize: tokenizeParams,
    /** Left out where a model with random weights has the shape of the pretrained one. */
    model: modelParams.optional(),
    /** Pretraining on the corpus of this profile's data. */
    pretrain: pretrainParams.optional(),
    /** Or a model that was pretrained elsewhere. */
    pretrained: pretrainedParams.optional(),
    embed: embedParams,
    finetune: finetuneParams,
    baselines: z.record(name, baselineParams),
    labelBudgets: labelBudgetsParams.optional(),
    evaluate: evaluateParams,
    figures: figuresParams,
  })
  .refine(({ pretrain, pretrained }) => !(pretrain && pretrained), {
    path: ['pretrained'],
    message: 'give either pretrain or pretrained',
  })
  .refine(({ model, pretrained }) => model !== undefined || pretrained !== undefined, {
    path: ['model'],
    message: 'expected the shape of the model, as no pretrained one is named',
  });

export const experimentSchema = z.strictObject({
  title: z.string(),
  defaultProfile: name,
  profiles: z.record(name, profile),
});

export type Experiment = z.infer<typeof experimentSchema>;
export type Profile = z.infer<typeof profile>;
export type PublishedFigure = z.infer<typeof published>;
