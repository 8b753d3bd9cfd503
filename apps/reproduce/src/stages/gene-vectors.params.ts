import { z } from 'zod';

export const geneVectorsParams = z.strictObject({
  /** A table with one column of Ensembl ids per class, below GENEFORMER_DATA. */
  labels: z.string(),
  /** The columns of the table. */
  classes: z.strictObject({ sensitive: z.string(), insensitive: z.string() }),
  /** A table of mean profiles below GENEFORMER_DATA, for features of expression. */
  profiles: z.string(),
  folds: z.int().min(2),
  /** Number of ways to make the folds, whose areas give the intervals. */
  repeats: z.int().min(2).max(10),
});
