import { z } from 'zod';

export const protocolParams = z.strictObject({
  /** The obs column with the class. */
  label: z.string(),
  /** The classes to compare; default: every value of the column. Cells of other classes are excluded. */
  classes: z.array(z.string()).min(2).optional(),
  folds: z.int().min(2).max(20),
  /** The obs column whose values must not be split between training and test, or null to split single cells. */
  groupBy: z.string().nullable(),
  seed: z.int().min(0),
  unit: z.literal('cell'),
});
export type ProtocolParams = z.infer<typeof protocolParams>;
