/** What a generalisation experiment is made of: a grid of encodings, starts, contexts and parts of the labels. */
import { z } from 'zod';
import { classifiersOn, levelFeatures } from './baseline.params.js';
import { trainingParams } from './training.params.js';

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'use lowercase letters, digits and hyphens');

/** The context that differs by nature: cells of donors that were not trained on, or of another protocol. */
const shift = z.discriminatedUnion('kind', [
  /** Values of an obs column are dealt into folds; those of a fold are not trained on. */
  z.strictObject({ context: name, kind: z.literal('held-out'), column: z.string() }),
  /** Some values are trained on, others never. */
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
    /** The cells of the training context are dealt into this many parts, of which a fold holds out one: its `seen` cells. */
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
  /** Each molecule is kept with probability 1 / factor. */
  z.strictObject({ kind: z.literal('depth'), factor: z.number().gt(1), seed: z.int().min(0) }),
  /** A share of the molecules is replaced by draws from the mean profile of all cells. */
  z.strictObject({ kind: z.literal('ambient'), share: z.number().gt(0).lt(1), seed: z.int().min(0) }),
]);
export type ContextParams = z.infer<typeof contextParams>;

/** How a cell becomes a list of genes; all encodings have the same tokens and length. */
export const encodingParams = z.discriminatedUnion('kind', [
  /** By count / total / median of the gene. */
  z.strictObject({ label: z.string(), kind: z.literal('rank-value') }),
  /** By count alone. */
  z.strictObject({ label: z.string(), kind: z.literal('rank') }),
  /** By log2 of the count per 10,000, rounded down; inside a bin by token. */
  z.strictObject({ label: z.string(), kind: z.literal('binned') }),
  /** The genes that `rank-value` lists, in an order that is random for each cell. */
  z.strictObject({ label: z.string(), kind: z.literal('shuffled'), seed: z.int().min(0) }),
]);
export type EncodingParams = z.infer<typeof encodingParams>;

/** Where a model starts and what of it is trained. */
export const initialisationParams = z.strictObject({
  label: z.string(),
  init: z.enum(['pretrained', 'random']),
  /** Encoder layers from the input that keep their weights; `all`: the embeddings too, so that only the head is trained. */
  freezeLayers: z.union([z.int().min(0), z.literal('all')]),
  freezeEmbeddings: z.boolean(),
  pooling: z.enum(['cls', 'mean']),
  /** Where they differ from those of the others: a head alone can be trained faster, and needs more of it. */
  learningRate: z.number().positive().optional(),
  numTrainEpochs: z.number().positive().optional(),
});
export type InitialisationParams = z.infer<typeof initialisationParams>;

/** Training, and the starts that are compared; every encoding has a model of each. */
export const learnParams = trainingParams.extend({ initialisations: z.record(name, initialisationParams) });
export type LearnParams = z.infer<typeof learnParams>;

const transferFeatures = z.discriminatedUnion('kind', [
  levelFeatures,
  /** Longest length minus position in the list of an encoding, 0 where a gene is not listed. */
  z.strictObject({ kind: z.literal('ranks'), encoding: name, scale: z.boolean() }),
]);
export const transferBaselineParams = classifiersOn(transferFeatures, () => ({}));
export type TransferBaselineParams = z.infer<typeof transferBaselineParams>;
export type TransferFeatures = z.infer<typeof transferFeatures>;

/** The part of the grid in which only some of the training cells have labels. */
export const transferPartsParams = z.strictObject({
  /** Percent of the training cells of each class, at least one cell. */
  percents: z.array(z.number().gt(0).lt(100)).min(1),
  /** Of the models (`<encoding>-<initialisation>`) and the baselines. */
  models: z.array(name).min(1),
  contexts: z.array(name).min(1),
  /** Few cells are gone over more often, until training has looked at this many. */
  minCellVisits: z.int().positive(),
  /** Decides which cells have labels. */
  seed: z.int().min(0),
});
export type TransferParts = z.infer<typeof transferPartsParams>;

/** The model that the questions are asked of. */
export const referenceParams = z.strictObject({ encoding: name, initialisation: name });
export type ReferenceParams = z.infer<typeof referenceParams>;
