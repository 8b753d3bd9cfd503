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
  /** Maximum number of tokens per cell. */
  positions: z.int().positive().optional(),
  /** Whether the model reads expression levels besides ranks; its cells then need counts (`tokenize.keepCounts`). */
  levels: z.boolean().default(false),
});
export type ModelParams = z.infer<typeof modelParams>;

/** One of the models to fine-tune. */
export const variantParams = z.strictObject({
  label: z.string(),
  init: z.enum(['pretrained', 'random']),
  /** Number of encoder layers, counted from the input, whose weights are frozen. */
  freezeLayers: z.union([z.int().min(0), z.literal('all')]),
  freezeEmbeddings: z.boolean(),
  pooling: z.enum(['cls', 'mean']),
  /** `linear`: starts with regularized logistic regression on the frozen vectors, so that few labels suffice. */
  headStart: z.enum(['random', 'linear']).default('random'),
  /** Learning rate of the encoder, as a factor of that of the head. */
  encoderRateFactor: z.number().min(0).default(1),
  /** Maximum tokens per cell in training and testing; default: all tokens. */
  maxLength: z.int().positive().optional(),
  /** Replace the values of the section for this model. */
  numTrainEpochs: z.number().positive().optional(),
  learningRate: z.number().positive().optional(),
  /**
   * Stops when the loss on held-out training cells has not improved for `patience` epochs, and keeps the best weights; those before training
   * are a candidate. `share` of the training cells is held out: whole groups where the folds are by group.
   */
  earlyStopping: z.strictObject({ share: z.number().gt(0).lt(0.5), patience: z.int().positive() }).optional(),
});
export type VariantParams = z.infer<typeof variantParams>;
export const finetuneParams = trainingParams.extend({ models: z.record(nameParam, variantParams) });

export const pretrainParams = trainingParams.extend({
  /** Share of the corpus that is held out for the reported loss. */
  heldOut: z.number().min(0).max(0.5),
  /** Initial bias of a gene's logit: 0 as published, or its log frequency in the corpus. */
  initialBias: z.enum(['zeros', 'frequencies']).default('zeros'),
});

/** Contrastive pretraining from the vectors of a linear model; arguments have the names of the model package. */
export const contrastParams = z.strictObject({
  maxSteps: z.int().positive(),
  /** Pairs of cells, or of views of one cell, per batch. */
  perDeviceTrainBatchSize: z.int().positive(),
  learningRate: z.number().positive(),
  warmupRatio: z.number().min(0).max(1),
  /** Maximum tokens per view. */
  maxLength: z.int().positive(),
  viewTokens: z.enum(['top', 'random']),
  /** Weight of the distance to the scores of the linear model. */
  distillationWeight: z.number().min(0),
  /** Share of the corpus that is held out for the reported loss: whole profiles where cells are drawn from profiles. */
  heldOut: z.number().min(0).max(0.5),
  seed: z.int().min(0),
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
