import { z } from 'zod';
import { trainingParams } from './training.params.js';

export const pretrainParams = trainingParams.extend({
  /** Share of the corpus that is held out for the reported loss. */
  heldOut: z.number().min(0).max(0.5),
  /** Initial bias of a gene's logit: 0 as published, or its log frequency in the corpus. */
  initialBias: z.enum(['zeros', 'frequencies']).default('zeros'),
});
export type PretrainParams = z.infer<typeof pretrainParams>;
