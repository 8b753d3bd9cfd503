import { z } from 'zod';
import { nameParam } from './cell.params.js';
import { trainingParams } from './training.params.js';

/** The parameters of the stages of a gene experiment. */

const labels = z.discriminatedUnion('kind', [
  /** Map from class to the dosage class of the simulator's regulators. */
  z.strictObject({
    kind: z.literal('simulated-truth'),
    classes: z.record(z.string(), z.enum(['sensitive', 'insensitive'])),
  }),
  /** Map from class to a column of gene ids in a table below GENEFORMER_DATA. */
  z.strictObject({ kind: z.literal('table'), path: z.string(), classes: z.record(z.string(), z.string()) }),
]);
export type GeneLabelParams = z.infer<typeof labels>;

const share = z.number().gt(0).max(1);
/** Shares of a fold's training labels that the model may use; the others are hidden. The list must include 1. */
const coverage = z.array(share).refine((shares) => shares.includes(1), 'must include 1 (all labels); add it');

/** The groups of genes that are kept in one fold, because the features of one gene reveal the class of another. */
const groupGenesBy = z
  .discriminatedUnion('kind', [
    /** Transcription factors that are active in the same places of the simulation. */
    z.strictObject({ kind: z.literal('simulated-places') }),
    /** A table below GENEFORMER_DATA with one row per gene: families, paralogs. A gene that is not in it forms its own group. */
    z.strictObject({ kind: z.literal('table'), path: z.string(), gene: z.string(), group: z.string() }),
  ])
  .nullable();
export type GeneGroupParams = NonNullable<z.infer<typeof groupGenesBy>>;

export const geneProtocolParams = z.strictObject({
  labels,
  /** Null: no groups, as published. */
  groupGenesBy,
  folds: z.int().min(2).max(20),
  seed: z.int().min(0),
  unit: z.literal('gene'),
  /** Whether a fold predicts its genes in its training cells, as published, or in held-out cells. */
  cells: z.enum(['shared', 'held-out']),
  /** The obs column whose values are kept together when cells are held out, or null to hold out single cells. */
  groupBy: z.string().nullable(),
  /** Maximum number of cells, chosen by the seed among those that rank a gene of the study. */
  maxCells: z.int().positive(),
  /** Genes ranked in fewer of these cells are excluded for all models. */
  minCells: z.int().positive(),
  /** Number of genes without a class for semi-supervised methods, chosen by the seed. */
  unlabeled: z.int().min(0),
});
export type GeneProtocolParams = z.infer<typeof geneProtocolParams>;

export const geneVariantParams = z.strictObject({
  label: z.string(),
  /** `checkpoint`: a folder below GENEFORMER_DATA; if it is missing, the model is skipped and the report says so. */
  init: z.union([z.enum(['pretrained', 'random']), z.strictObject({ checkpoint: z.string() })]),
  freezeLayers: z.union([z.int().min(0), z.literal('all')]),
  freezeEmbeddings: z.boolean(),
  classWeights: z.literal('balanced').nullable(),
  tokenWeighting: z.enum(['occurrence', 'gene']),
  coverage,
  /** Overrides the value of the section. */
  numTrainEpochs: z.number().positive().optional(),
  learningRate: z.number().positive().optional(),
});
export type GeneVariant = z.infer<typeof geneVariantParams>;
export const geneFinetuneParams = trainingParams.extend({ models: z.record(nameParam, geneVariantParams) });

const common = {
  label: z.string(),
  randomState: z.int().min(0),
  /**
   * `simple`: detection rate, mean rank, mean level, each over all cells and over those that have the gene. `levels`, `ranks`: the gene's
   * log level or scaled rank in each cell, standardized per gene.
   */
  features: z.enum(['simple', 'levels', 'ranks']),
  coverage,
};
/** One value, or several from which cross-validation within the training genes chooses. */
const oneOrMore = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1)]);
const learning = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('supervised') }),
  z.strictObject({ kind: z.literal('self-training'), threshold: z.number().min(0.5).lt(1) }),
]);
const C = oneOrMore(z.number().positive());
const classWeight = z.literal('balanced').nullable();

export const geneBaselineParams = z.discriminatedUnion('estimator', [
  z.strictObject({ ...common, estimator: z.literal('logistic-regression'), C, classWeight, learning }),
  z.strictObject({ ...common, estimator: z.literal('linear-svm'), C, classWeight, learning }),
  z.strictObject({
    ...common,
    estimator: z.literal('random-forest'),
    nEstimators: z.int().positive(),
    classWeight,
    learning,
  }),
  z.strictObject({
    ...common,
    estimator: z.literal('gradient-boosting'),
    nEstimators: z.int().positive(),
    learningRate: z.number().positive(),
    maxDepth: z.int().positive(),
    learning,
  }),
  z.strictObject({
    ...common,
    estimator: z.literal('label-propagation'),
    nNeighbors: oneOrMore(z.int().positive()),
  }),
  z.strictObject({
    ...common,
    estimator: z.literal('label-spreading'),
    nNeighbors: oneOrMore(z.int().positive()),
    alpha: z.number().gt(0).lt(1),
  }),
  z.strictObject({ ...common, estimator: z.literal('majority') }),
]);
export type GeneBaselineParams = z.infer<typeof geneBaselineParams>;
