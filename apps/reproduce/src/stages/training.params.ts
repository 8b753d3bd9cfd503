import { z } from 'zod';
import type { FiguresParams } from './cell.params.js';

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
export type TrainingParams = z.infer<typeof trainingParams>;

export const modelParams = z.strictObject({
  preset: z.string(),
  hiddenSize: z.int().positive().optional(),
  layers: z.int().positive().optional(),
  heads: z.int().positive().optional(),
  intermediateSize: z.int().positive().optional(),
});
export type ModelParams = z.infer<typeof modelParams>;

export const finetuneParams = trainingParams.extend({
  models: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/),
    z.strictObject({
      label: z.string(),
      init: z.enum(['pretrained', 'random']),
      /** Number of encoder layers, counted from the input, whose weights are frozen. */
      freezeLayers: z.int().min(0),
      freezeEmbeddings: z.boolean(),
      pooling: z.enum(['cls', 'mean']),
    }),
  ),
});
export type FinetuneParams = z.infer<typeof finetuneParams>;

export const pretrainParams = trainingParams.extend({
  /** Share of the corpus that is held out for the reported loss. */
  heldOut: z.number().min(0).max(0.5),
  /** Initial bias of a gene's logit: 0 as published, or its log frequency in the corpus. */
  initialBias: z.enum(['zeros', 'frequencies']).default('zeros'),
});
export type PretrainParams = z.infer<typeof pretrainParams>;

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
export type PretrainedParams = z.infer<typeof pretrainedParams>;

/** The parameters of the stage: the section of the figures, the texts of the report, and the held-out share of the corpus. */
export type PretrainReportParams = FiguresParams & { heldOut: number };
