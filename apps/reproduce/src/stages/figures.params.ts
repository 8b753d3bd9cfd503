import { z } from 'zod';

export const figuresParams = z.strictObject({
  /** Pixels of a PNG for each unit of its SVG. */
  scale: z.number().positive().max(4),
});
export type FiguresParams = z.infer<typeof figuresParams>;
