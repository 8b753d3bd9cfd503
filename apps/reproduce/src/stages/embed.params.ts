import { z } from 'zod';

export const embedParams = z.strictObject({
  /** Which of the hidden states: 0 is the embedding output, -1 the last layer. */
  layer: z.int(),
  pooling: z.enum(['mean', 'cls']),
  /** Neighbours that UMAP looks at. */
  neighbours: z.int().min(2),
  minDist: z.number().positive(),
  seed: z.int().min(0),
});
export type EmbedParams = z.infer<typeof embedParams>;
