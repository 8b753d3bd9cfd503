import { z } from 'zod';

const simulated = z.strictObject({
  kind: z.literal('simulated-thymus'),
  preset: z.enum(['default', 'small']),
  /** Chooses donors, depths and noise; the biology is the same for every seed. */
  seed: z.int().min(0),
  /** A second simulation of the same biology in other donors, for pretraining: no cell or donor of the study is in it. */
  corpus: z.strictObject({ seed: z.int().min(0), cells: z.int().positive() }).optional(),
});

const file = z.strictObject({
  /** Below GENEFORMER_DATA. */
  path: z.string(),
  /** A table with a row a cell, likewise. */
  obs: z.string().optional(),
  layer: z.string().optional(),
  orientation: z.enum(['cells-by-genes', 'genes-by-cells']).optional(),
  /** The var column with the gene ids, where they are not the index. Files with other names for one gene do not join. */
  geneIds: z.string().optional(),
  /** Columns that every cell of this file gets, such as its plate. */
  set: z.record(z.string(), z.string()).optional(),
});

const files = z.strictObject({
  kind: z.literal('files'),
  id: z.string(),
  /** Who made the data and under which terms. */
  source: z.string(),
  files: z.array(file).min(1),
});

export const dataParams = z.discriminatedUnion('kind', [simulated, files]);
export type DataParams = z.infer<typeof dataParams>;
export type DataFile = z.infer<typeof file>;
