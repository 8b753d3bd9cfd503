import { z } from 'zod';

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
