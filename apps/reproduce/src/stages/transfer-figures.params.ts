import { z } from 'zod';
import { figuresParams } from './figures.params.js';

export const transferFiguresParams = figuresParams.extend({
  /** The rows that the figures have room for, from the top; the tables hold all. */
  models: z.array(z.string()).min(1),
});

/** What the stage is given: its own section and the words of the report. */
export type TransferFiguresParams = z.infer<typeof transferFiguresParams> & {
  title: string;
  question: string;
  description: string;
};
