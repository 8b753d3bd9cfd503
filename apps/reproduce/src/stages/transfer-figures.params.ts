import { z } from 'zod';
import { figuresParams } from './figures.params.js';

export const transferFiguresParams = figuresParams.extend({
  /** The models in the figures, from top to bottom; the tables list all models. */
  models: z.array(z.string()).min(1),
});

/** The parameters of the stage: its own section and the texts of the report. */
export type TransferFiguresParams = z.infer<typeof transferFiguresParams> & {
  title: string;
  question: string;
  description: string;
};
