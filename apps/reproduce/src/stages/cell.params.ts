import { z } from 'zod';

export const protocolParams = z.strictObject({
  /** The obs column with the class. */
  label: z.string(),
  /** The classes to compare; default: every value of the column. Cells of other classes are excluded. */
  classes: z.array(z.string()).min(2).optional(),
  folds: z.int().min(2).max(20),
  /** The obs column whose values must not be split between training and test, or null to split single cells. */
  groupBy: z.string().nullable(),
  seed: z.int().min(0),
  unit: z.literal('cell'),
});
export type ProtocolParams = z.infer<typeof protocolParams>;

export const tokenizeParams = z.strictObject({
  /** `corpus` builds the vocabulary and the medians from the pretraining corpus; V1 and V2 are the published ones. */
  vocabulary: z.enum(['corpus', 'V1', 'V2']),
  /** Folder of the published dictionaries below GENEFORMER_DATA; default: the files of the catalog of packages/hub, downloaded if needed. */
  dictionaries: z.string().optional(),
  /** The var column with Ensembl ids, or null when they are the index. */
  geneIds: z.string().nullable(),
  /** Maximum number of tokens per cell. */
  maxLength: z.int().min(8).max(4096),
});
export type TokenizeParams = z.infer<typeof tokenizeParams>;

export const embedParams = z.strictObject({
  /** Index of the hidden state: 0 is the output of the embeddings, -1 the last layer. */
  layer: z.int(),
  pooling: z.enum(['mean', 'cls']),
  /** Number of neighbors for UMAP. */
  nNeighbors: z.int().min(2),
  minDist: z.number().positive(),
  randomState: z.int().min(0),
});
export type EmbedParams = z.infer<typeof embedParams>;

const model = z.string().regex(/^[a-z][a-z0-9-]*$/);

/** Experiments with labels for only part of the training cells; each model, percentage and fold is a separate task. */
export const labelBudgetsParams = z.strictObject({
  /** Percentages of the training cells of each class to label, at least one cell; 100 % is covered by the rest of the profile. */
  percents: z.array(z.number().gt(0).lt(100)).min(1),
  /** Names from `finetune.models` and `baselines`. */
  models: z.array(model).min(1),
  /** Two of the models; the gain of `of` over `over` is reported. */
  gain: z.strictObject({ of: model, over: model }),
  /** Minimum number of training examples (cells × epochs); with few cells, the number of epochs is increased. */
  minCellVisits: z.int().positive(),
  /** Seed for the choice of labeled cells. */
  seed: z.int().min(0),
});
export type LabelBudgetsParams = z.infer<typeof labelBudgetsParams>;

/** The parameters of one task. */
export type Budget = Pick<LabelBudgetsParams, 'minCellVisits' | 'seed'> & { percent: number };

export const evaluateParams = z.strictObject({
  /** Number of bootstrap resamples for the intervals: of donors where the folds are by donor, else of cells within classes. */
  resamples: z.int().min(100),
  level: z.number().gt(0.5).lt(1),
  seed: z.int().min(0),
});
export type EvaluateParams = z.infer<typeof evaluateParams>;

export const figuresParams = z.strictObject({
  /** Pixels of a PNG per unit of its SVG. */
  scale: z.number().positive().max(4),
});

/** The parameters of the stage: its own section and the texts of the report. */
export type FiguresParams = z.infer<typeof figuresParams> & { title: string; question: string; description: string };
