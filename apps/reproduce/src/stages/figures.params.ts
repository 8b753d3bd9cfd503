import { z } from 'zod';

export const figuresParams = z.strictObject({
  /** Pixels of a PNG for each unit of its SVG. */
  scale: z.number().positive().max(4),
});

/** What the stage is given: its own section and the words of the report. */
export type FiguresParams = z.infer<typeof figuresParams> & { title: string; question: string; description: string };
