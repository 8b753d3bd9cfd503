/** What the stages of a gene experiment are told. */
import { z } from 'zod';
import { trainingParams } from './training.params.js';

const labels = z.discriminatedUnion('kind', [
  /** Class → dosage class of the simulator's regulators. */
  z.strictObject({
    kind: z.literal('simulated-truth'),
    classes: z.record(z.string(), z.enum(['sensitive', 'insensitive'])),
  }),
  /** Class → column of gene ids in a table below GENEFORMER_DATA. */
  z.strictObject({ kind: z.literal('table'), path: z.string(), classes: z.record(z.string(), z.string()) }),
]);
export type GeneLabelParams = z.infer<typeof labels>;

const share = z.number().gt(0).max(1);
/** Shares of a fold's training labels that are shown; the others are hidden. The whole must be among them. */
const coverage = z.array(share).refine((shares) => shares.includes(1), 'must hold 1, the share with no label hidden');

/** Which genes stand in one fold because what is known of one gives another away. */
const groupGenesBy = z
  .discriminatedUnion('kind', [
    /** Factors that are active in the same places of the simulation. */
    z.strictObject({ kind: z.literal('simulated-places') }),
    /** A table below GENEFORMER_DATA with a row a gene: families, paralogues. A gene that is not in it is a group of its own. */
    z.strictObject({ kind: z.literal('table'), path: z.string(), gene: z.string(), group: z.string() }),
  ])
  .nullable();
export type GeneGroupParams = NonNullable<z.infer<typeof groupGenesBy>>;

export const geneProtocolParams = z.strictObject({
  labels,
  /** Null: every gene by itself, as published. */
  groupGenesBy,
  folds: z.int().min(2).max(20),
  seed: z.int().min(0),
  unit: z.literal('gene'),
  /** Whether a fold predicts its genes in the cells that it was trained on, as published, or in other ones. */
  cells: z.enum(['shared', 'held-out']),
  /** The obs column whose values are kept together when cells are held out, or null to hold out cell by cell. */
  groupBy: z.string().nullable(),
  /** Cells that take part, chosen by the seed among those with a gene of the study. */
  maxCells: z.int().positive(),
  /** Genes ranked in fewer of these cells are left aside, for every model alike. */
  minCells: z.int().positive(),
  /** Genes of no class for semi-supervised methods, chosen by the seed. */
  unlabelled: z.int().min(0),
});
export type GeneProtocolParams = z.infer<typeof geneProtocolParams>;

export const geneFinetuneParams = trainingParams.extend({
  models: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/),
    z.strictObject({
      label: z.string(),
      /** `checkpoint`: a folder below GENEFORMER_DATA; the model is left out, and the result says so, when it is not there. */
      init: z.union([z.enum(['pretrained', 'random']), z.strictObject({ checkpoint: z.string() })]),
      freezeLayers: z.union([z.int().min(0), z.literal('all')]),
      freezeEmbeddings: z.boolean(),
      classWeights: z.literal('balanced').nullable(),
      tokenWeighting: z.enum(['occurrence', 'gene']),
      coverage,
      /** Instead of what the section says for all. */
      numTrainEpochs: z.number().positive().optional(),
      learningRate: z.number().positive().optional(),
    }),
  ),
});
export type GeneFinetuneParams = z.infer<typeof geneFinetuneParams>;
export type GeneVariant = GeneFinetuneParams['models'][string];

const common = {
  label: z.string(),
  seed: z.int().min(0),
  /**
   * `simple`: detection rate, mean rank, mean level, each over all cells and over those that have the gene. `levels`, `ranks`: the gene's
   * log level, or its place in the ranking, in each cell, standardised gene by gene.
   */
  features: z.enum(['simple', 'levels', 'ranks']),
  coverage,
};
/** Several values: the best by cross-validation within the training genes. */
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
    trees: z.int().positive(),
    classWeight,
    learning,
  }),
  z.strictObject({
    ...common,
    estimator: z.literal('gradient-boosting'),
    rounds: z.int().positive(),
    learningRate: z.number().positive(),
    maxDepth: z.int().positive(),
    learning,
  }),
  z.strictObject({
    ...common,
    estimator: z.literal('label-propagation'),
    neighbours: oneOrMore(z.int().positive()),
  }),
  z.strictObject({
    ...common,
    estimator: z.literal('label-spreading'),
    neighbours: oneOrMore(z.int().positive()),
    alpha: z.number().gt(0).lt(1),
  }),
  z.strictObject({ ...common, estimator: z.literal('majority') }),
]);
export type GeneBaselineParams = z.infer<typeof geneBaselineParams>;
