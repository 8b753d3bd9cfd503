import { z } from 'zod';

export const evaluateParams = z.strictObject({
  /** Bootstrap resamples behind the intervals: of donors where the folds are by donor, of cells within classes otherwise. */
  resamples: z.int().min(100),
  level: z.number().gt(0.5).lt(1),
  seed: z.int().min(0),
});
export type EvaluateParams = z.infer<typeof evaluateParams>;
