import { z } from 'zod';
import { trainingParams } from './training.params.js';

export const modelParams = z.strictObject({
  preset: z.string(),
  hiddenSize: z.int().positive().optional(),
  layers: z.int().positive().optional(),
  heads: z.int().positive().optional(),
  intermediateSize: z.int().positive().optional(),
});
export type ModelParams = z.infer<typeof modelParams>;

export const finetuneParams = trainingParams.extend({
  models: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/),
    z.strictObject({
      label: z.string(),
      init: z.enum(['pretrained', 'random']),
      /** Number of encoder layers, counted from the input, whose weights are frozen. */
      freezeLayers: z.int().min(0),
      freezeEmbeddings: z.boolean(),
      pooling: z.enum(['cls', 'mean']),
    }),
  ),
});
export type FinetuneParams = z.infer<typeof finetuneParams>;
