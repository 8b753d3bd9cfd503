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
  /** Whether the cells keep their counts per 10,000, which models with expression levels read. */
  keepCounts: z.boolean().default(false),
});
export type TokenizeParams = z.infer<typeof tokenizeParams>;

export const vectorsParams = z.strictObject({
  /** Index of the hidden state: 0 is the output of the embeddings, -1 the last layer. */
  layer: z.int(),
  pooling: z.enum(['mean', 'cls']),
});

export const layoutParams = z.strictObject({
  /** Number of neighbors for UMAP. */
  nNeighbors: z.int().min(2),
  minDist: z.number().positive(),
  randomState: z.int().min(0),
});

/** A name that becomes part of names of tasks and files, so only letters, digits and hyphens are allowed. */
export const nameParam = z.string().regex(/^[a-z][a-z0-9-]*$/, 'use lowercase letters, digits and hyphens');

/** How many labels one task has. */
export const budgetParams = z.strictObject({
  /** Percentage of the training cells of each class to label, at least one cell. */
  percent: z.number(),
  /** Minimum number of training examples (cells × epochs); with few cells, the number of epochs is increased. */
  minCellVisits: z.int().min(0),
  /** Seed for the choice of labeled cells. */
  seed: z.int().min(0),
});

export const evaluateParams = z.strictObject({
  /** Number of bootstrap resamples for the intervals: of donors where the folds are by donor, else of cells within classes. */
  resamples: z.int().min(100),
  level: z.number().gt(0.5).lt(1),
  seed: z.int().min(0),
});

/** Numbers from the published study, shown beside the measured ones and never mixed with them. */
export const publishedParams = z.array(
  z.strictObject({
    model: z.string(),
    metric: z.enum(['accuracy', 'macroF1', 'rocAuc']),
    value: z.number().min(0).max(1),
    source: z.string(),
  }),
);
export type PublishedFigure = z.infer<typeof publishedParams>[number];

export const figuresParams = z.strictObject({
  /** Pixels of a PNG per unit of its SVG. */
  scale: z.number().positive().max(4),
});

/** The parameters of a stage that writes a report: the section of the figures and the texts of the report. */
export const pageParams = figuresParams.extend({ title: z.string(), question: z.string(), description: z.string() });
export type PageParams = z.infer<typeof pageParams>;
