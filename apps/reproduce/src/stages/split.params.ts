import { z } from 'zod';

export const protocolParams = z.strictObject({
  /** The obs column that holds the class. */
  label: z.string(),
  /** The classes that take part; every value of the column when left out. Cells of no class are left aside. */
  classes: z.array(z.string()).min(2).optional(),
  folds: z.int().min(2).max(20),
  /** The obs column whose values must not be split between training and test, or null to split cell by cell. */
  groupBy: z.string().nullable(),
  seed: z.int().min(0),
  unit: z.literal('cell'),
});
export type ProtocolParams = z.infer<typeof protocolParams>;
