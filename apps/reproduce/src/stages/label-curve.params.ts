import { z } from 'zod';

/** The rows of a label curve, in the order of the table. */
const CURVE_ROWS = ['geneformer', 'linear', 'random-vectors', 'genes', 'genes-scaled', 'boosting'] as const;

export const labelCurveParams = z.strictObject({
  /** Numbers of labeled cells; all labels are always measured too. */
  labels: z.array(z.int().positive()).min(1),
  /** Number of draws of the labels, whose scores give the intervals. */
  draws: z.int().min(2).max(10),
  rows: z.array(z.enum(CURVE_ROWS)).min(1),
  seed: z.int().min(0),
});
