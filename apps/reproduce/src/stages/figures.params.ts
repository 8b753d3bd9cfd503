import { z } from 'zod';

export const figuresParams = z.strictObject({
  /** Pixels of a PNG per unit of its SVG. */
  scale: z.number().positive().max(4),
});

/** The parameters of the stage: its own section and the texts of the report. */
export type FiguresParams = z.infer<typeof figuresParams> & { title: string; question: string; description: string };
