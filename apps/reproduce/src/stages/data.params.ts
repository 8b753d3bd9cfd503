import { z } from 'zod';

/** The maximum number of simulated cells; more do not fit in memory. */
const MOST_CELLS = 10_000_000;

const simulated = z.strictObject({
  kind: z.literal('simulated-thymus'),
  preset: z.enum(['default', 'small']),
  /** Seed for donors, depths and noise; the biology is the same for every seed. */
  seed: z.int().min(0),
  /** Total number of cells, including those of other classes; default: the number of the preset. */
  cells: z.int().positive().max(MOST_CELLS).optional(),
  /** A second simulation of the same biology for pretraining; it shares no cell and no donor with the study. */
  corpus: z.strictObject({ seed: z.int().min(0), cells: z.int().positive().max(MOST_CELLS) }).optional(),
});

const file = z
  .strictObject({
    /** Path below GENEFORMER_DATA. */
    path: z.string().optional(),
    /** Instead of `path`: the id of a published file in the catalog of packages/hub; downloaded if it is not found locally. */
    asset: z.string().optional(),
    /** A table with one row per cell, below GENEFORMER_DATA. */
    obs: z.string().optional(),
    /**
     * How the rows of `obs` are matched to the cells. Default: by the column of the table that contains the name of every cell; several
     * such columns that disagree are an error. `column` names the column, and `cells` a column of the file's own obs to match instead of
     * its index. `order`: the table has no identifiers, but one row per cell in the order of the cells.
     */
    obsJoin: z
      .union([z.literal('order'), z.strictObject({ column: z.string(), cells: z.string().optional() })])
      .optional(),
    layer: z.string().optional(),
    orientation: z.enum(['cells-by-genes', 'genes-by-cells']).optional(),
    /** The var column with gene ids, if they are not the index; genes without an id keep their name. */
    geneIds: z.string().optional(),
    /** Keeps only the cells that have one of these values in a column of obs. */
    keep: z.strictObject({ column: z.string(), values: z.array(z.string()).min(1) }).optional(),
    /** Constant obs columns for the cells of this file, such as the plate. */
    set: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ path, asset }) => (path === undefined) !== (asset === undefined), 'give either path or asset')
  .refine(
    ({ obs, obsJoin }) => obs !== undefined || obsJoin === undefined,
    'obsJoin needs a table; give obs, or remove obsJoin',
  );

const drawn = z.strictObject({
  /** A table of mean profiles below GENEFORMER_DATA: one line per gene, one column per profile. */
  path: z.string(),
  cellsPerProfile: z.int().positive(),
  /** Distribution of the total counts per cell: log-normal, with `sigma` of the natural logarithm. */
  depth: z.strictObject({ median: z.number().positive(), sigma: z.number().min(0) }),
});

const drawing = {
  seed: z.int().min(0),
  /** Ids in the catalog of packages/hub of dictionaries from symbol to Ensembl id; the first that has a symbol decides. */
  symbols: z.array(z.string()).min(1),
  drawn: z.array(drawn),
};

const files = z.strictObject({
  kind: z.literal('files'),
  id: z.string(),
  /** The origin and the license of the data. */
  source: z.string(),
  files: z.array(file).min(1),
  /** Cells for pretraining, drawn from measured mean profiles; they contain no cell of the files. */
  corpus: z.strictObject({ ...drawing }).optional(),
});

/** Unlabeled cells for pretraining: drawn from measured mean profiles, and measured cells. */
const corpus = z.strictObject({
  kind: z.literal('corpus'),
  id: z.string(),
  source: z.string(),
  ...drawing,
  files: z.array(file),
});

export const dataParams = z.discriminatedUnion('kind', [simulated, files, corpus]);
export type DataParams = z.infer<typeof dataParams>;
export type DataFile = z.infer<typeof file>;
export type DrawnParams = z.infer<typeof drawn>;
export type DrawingParams = Pick<z.infer<typeof corpus>, keyof typeof drawing>;
