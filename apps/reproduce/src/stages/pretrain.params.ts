import { z } from 'zod';
import { trainingParams } from './training.params.js';

export const pretrainParams = trainingParams.extend({
  /** Share of the corpus held out to report the masked loss on. */
  heldOut: z.number().min(0).max(0.5),
});
export type PretrainParams = z.infer<typeof pretrainParams>;
