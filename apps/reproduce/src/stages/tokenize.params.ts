import { z } from 'zod';

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
