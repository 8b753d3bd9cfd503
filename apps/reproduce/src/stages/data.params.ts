import { z } from 'zod';

/** More cells than this do not fit the memory of a simulation. */
const MOST_CELLS = 10_000_000;

const simulated = z.strictObject({
  kind: z.literal('simulated-thymus'),
  preset: z.enum(['default', 'small']),
  /** Chooses donors, depths and noise; the biology is the same for every seed. */
  seed: z.int().min(0),
  /** Cells in all, of which those of the classes take part; the preset's number when left out. */
  cells: z.int().positive().max(MOST_CELLS).optional(),
  /** A second simulation of the same biology in other donors, for pretraining: no cell or donor of the study is in it. */
  corpus: z.strictObject({ seed: z.int().min(0), cells: z.int().positive().max(MOST_CELLS) }).optional(),
});

const file = z
  .strictObject({
    /** Below GENEFORMER_DATA. */
    path: z.string().optional(),
    /** Instead of a path: a published file, by its id in the catalog of packages/hub; fetched when it is not there. */
    asset: z.string().optional(),
    /** A table with one row per cell, below GENEFORMER_DATA. */
    obs: z.string().optional(),
    /**
     * How the rows of `obs` are matched to the cells. Left out: by the only column of the table that names every cell; several that
     * disagree are an error. `column` names that column, and `cells` a column of the cells' own table to match it with instead of their
     * index. `order`: the table has no identifiers, one row per cell, and the order of the cells.
     */
    obsJoin: z
      .union([z.literal('order'), z.strictObject({ column: z.string(), cells: z.string().optional() })])
      .optional(),
    layer: z.string().optional(),
    orientation: z.enum(['cells-by-genes', 'genes-by-cells']).optional(),
    /** The var column with gene ids, where the index has something else; genes without an id keep their name. */
    geneIds: z.string().optional(),
    /** Only the cells that have one of these values in a column of obs. */
    keep: z.strictObject({ column: z.string(), values: z.array(z.string()).min(1) }).optional(),
    /** Columns that every cell of this file gets, such as its plate. */
    set: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ path, asset }) => (path === undefined) !== (asset === undefined), 'give either path or asset')
  .refine(({ obs, obsJoin }) => obs !== undefined || obsJoin === undefined, 'obsJoin needs the table obs');

const drawn = z.strictObject({
  /** A table of mean profiles, a gene a line and a profile a column, below GENEFORMER_DATA. */
  path: z.string(),
  cellsPerProfile: z.int().positive(),
  /** Counts a cell: log-normal, `sigma` of the natural logarithm. */
  depth: z.strictObject({ median: z.number().positive(), sigma: z.number().min(0) }),
});

const drawing = {
  seed: z.int().min(0),
  /** Dictionaries from symbols to Ensembl ids, by their ids in the catalog of packages/hub; the first that has a symbol decides. */
  symbols: z.array(z.string()).min(1),
  drawn: z.array(drawn),
};

const files = z.strictObject({
  kind: z.literal('files'),
  id: z.string(),
  /** Who made the data and under which terms. */
  source: z.string(),
  files: z.array(file).min(1),
  /** Cells to pretrain on, drawn from measured mean profiles: no cell of the files is in them. */
  corpus: z.strictObject({ ...drawing }).optional(),
});

/** Cells to pretrain on, without labels: drawn from measured mean profiles, and real ones. */
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
