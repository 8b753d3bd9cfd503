import { z } from 'zod';

export const evaluateParams = z.strictObject({
  /** Number of bootstrap resamples for the intervals: of donors where the folds are by donor, else of cells within classes. */
  resamples: z.int().min(100),
  level: z.number().gt(0.5).lt(1),
  seed: z.int().min(0),
});
export type EvaluateParams = z.infer<typeof evaluateParams>;
