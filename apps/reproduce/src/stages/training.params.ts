import { z } from 'zod';
import { nameParam, pageParams } from './cell.params.js';

/** The arguments of a training run, with Hugging Face's names; passed unchanged to the model package. */
export const trainingParams = z.strictObject({
  numTrainEpochs: z.number().positive(),
  learningRate: z.number().positive(),
  lrSchedulerType: z.enum(['linear', 'cosine', 'constant', 'polynomial']),
  warmupRatio: z.number().min(0).max(1),
  /** Replaces `warmupRatio` when above 0. */
  warmupSteps: z.int().min(0).default(0),
  weightDecay: z.number().min(0),
  maxGradNorm: z.number().positive(),
  /** Tokens per batch, padding included; 0: batches have `perDeviceTrainBatchSize` cells. */
  tokensPerBatch: z.int().min(0),
  perDeviceTrainBatchSize: z.int().positive().default(12),
  seed: z.int().min(0),
});

export const modelParams = z.strictObject({
  preset: z.string(),
  hiddenSize: z.int().positive().optional(),
  layers: z.int().positive().optional(),
  heads: z.int().positive().optional(),
  intermediateSize: z.int().positive().optional(),
});
export type ModelParams = z.infer<typeof modelParams>;

/** One of the models to fine-tune. */
export const variantParams = z.strictObject({
  label: z.string(),
  init: z.enum(['pretrained', 'random']),
  /** Number of encoder layers, counted from the input, whose weights are frozen. */
  freezeLayers: z.int().min(0),
  freezeEmbeddings: z.boolean(),
  pooling: z.enum(['cls', 'mean']),
});
export const finetuneParams = trainingParams.extend({ models: z.record(nameParam, variantParams) });

export const pretrainParams = trainingParams.extend({
  /** Share of the corpus that is held out for the reported loss. */
  heldOut: z.number().min(0).max(0.5),
  /** Initial bias of a gene's logit: 0 as published, or its log frequency in the corpus. */
  initialBias: z.enum(['zeros', 'frequencies']).default('zeros'),
});

/** A model that was pretrained elsewhere: exactly one of `profile` and `asset`. */
export const pretrainedParams = z
  .strictObject({
    /** A profile that pretrains a model, as `<experiment>:<profile>`. */
    profile: z
      .string()
      .regex(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/, 'write it as <experiment>:<profile>')
      .optional(),
    /** The id of a published checkpoint in the catalog of packages/hub. */
    asset: z.string().optional(),
  })
  .refine(({ profile, asset }) => (profile === undefined) !== (asset === undefined), 'give either profile or asset');

/** The parameters of the report on a pretraining, with the held-out share of the corpus. */
export const pretrainPageParams = pageParams.extend({ heldOut: z.number() });
