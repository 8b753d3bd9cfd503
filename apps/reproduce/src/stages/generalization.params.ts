import { z } from 'zod';
import { classifiersOn, levelFeatures } from './baseline.params.js';
import { figuresParams, nameParam as name, pageParams } from './cell.params.js';
import { trainingParams } from './training.params.js';

/** The parameters of a generalization experiment: a grid of encodings, initializations, contexts and percentages of the labels. */

/** The shifted context: cells of held-out donors, or of another protocol. */
const shift = z.discriminatedUnion('kind', [
  /** The values of an obs column are assigned to folds; those of a fold are not trained on. */
  z.strictObject({ context: name, kind: z.literal('held-out'), column: z.string() }),
  /** Some values are trained on, others are only tested. */
  z.strictObject({
    context: name,
    kind: z.literal('values'),
    column: z.string(),
    train: z.array(z.string()).min(1),
    test: z.array(z.string()).min(1),
  }),
]);

export const transferProtocolParams = z
  .strictObject({
    label: z.string(),
    classes: z.array(z.string()).min(2).optional(),
    folds: z.int().min(2).max(20),
    /** Number of parts of the training context, of which each fold holds out one: its `seen` cells. */
    parts: z.int().min(2).max(20),
    shift,
    seed: z.int().min(0),
    unit: z.literal('cell'),
  })
  .refine(({ folds, parts }) => parts >= folds, {
    path: ['parts'],
    message: 'expected at least as many parts as folds, so that no cell is held out twice',
  });
export type TransferProtocol = z.infer<typeof transferProtocolParams>;

/** Contexts made from the held-out cells of the training context. */
export const contextParams = z.discriminatedUnion('kind', [
  /** Keeps each molecule with probability 1 / factor. */
  z.strictObject({ kind: z.literal('depth'), factor: z.number().gt(1), seed: z.int().min(0) }),
  /** Replaces a share of the molecules by draws from the mean profile of all cells. */
  z.strictObject({ kind: z.literal('ambient'), share: z.number().gt(0).lt(1), seed: z.int().min(0) }),
]);
export type ContextParams = z.infer<typeof contextParams>;

/** The encoding of a cell as a list of genes; all encodings have the same tokens and length. */
export const encodingParams = z.discriminatedUnion('kind', [
  /** By count / total / median of the gene. */
  z.strictObject({ label: z.string(), kind: z.literal('rank-value') }),
  /** By count alone. */
  z.strictObject({ label: z.string(), kind: z.literal('rank') }),
  /** By log2 of the count per 10,000, rounded down; by token within a bin. */
  z.strictObject({ label: z.string(), kind: z.literal('binned') }),
  /** The genes that `rank-value` lists, in a random order per cell. */
  z.strictObject({ label: z.string(), kind: z.literal('shuffled'), seed: z.int().min(0) }),
]);
export type EncodingParams = z.infer<typeof encodingParams>;

/** The initialization of a model, and the layers that are trained. */
export const initializationParams = z.strictObject({
  label: z.string(),
  init: z.enum(['pretrained', 'random']),
  /** Number of encoder layers, from the input, whose weights are frozen; `all`: only the head is trained. */
  freezeLayers: z.union([z.int().min(0), z.literal('all')]),
  freezeEmbeddings: z.boolean(),
  pooling: z.enum(['cls', 'mean']),
  /** Overrides for this initialization: a head alone may need a higher learning rate and more epochs. */
  learningRate: z.number().positive().optional(),
  numTrainEpochs: z.number().positive().optional(),
});

/** The training settings and the initializations to compare; every encoding is trained from each. */
export const learnParams = trainingParams.extend({ initializations: z.record(name, initializationParams) });

const transferFeatures = z.discriminatedUnion('kind', [
  levelFeatures,
  /** Maximum length minus position in the list of an encoding, 0 where a gene is not listed. */
  z.strictObject({ kind: z.literal('ranks'), encoding: name, scale: z.boolean() }),
]);
export const transferBaselineParams = classifiersOn(transferFeatures, () => ({}));
export type TransferFeatures = z.infer<typeof transferFeatures>;

/** The part of the grid in which only some of the training cells have labels. */
export const transferPartsParams = z.strictObject({
  /** Percentages of the training cells of each class to label, at least one cell. */
  percents: z.array(z.number().gt(0).lt(100)).min(1),
  /** Names of models (`<encoding>-<initialization>`) and baselines. */
  models: z.array(name).min(1),
  contexts: z.array(name).min(1),
  /** Minimum number of training examples (cells × epochs); with few cells, the number of epochs is increased. */
  minCellVisits: z.int().positive(),
  /** Seed for the choice of labeled cells. */
  seed: z.int().min(0),
});

/** The model that is compared with the others. */
export const referenceParams = z.strictObject({ encoding: name, initialization: name });
export type ReferenceParams = z.infer<typeof referenceParams>;

/** The models in the figures, from top to bottom; the tables list all models. */
const models = z.array(z.string()).min(1);
export const transferFiguresParams = figuresParams.extend({ models });
export const transferPageParams = pageParams.extend({ models });
export type TransferFiguresParams = z.infer<typeof transferPageParams>;
