/** The schema of an experiment that pretrains a model for other experiments to start from. */
import { z } from 'zod';
import { dataParams } from '../stages/data.params.js';
import { figuresParams } from '../stages/figures.params.js';
import { modelParams } from '../stages/finetune.params.js';
import { pretrainParams } from '../stages/pretrain.params.js';
import { tokenizeParams } from '../stages/tokenize.params.js';
import { name } from './schema.js';

const profile = z.strictObject({
  description: z.string(),
  question: z.string(),
  data: dataParams,
  tokenize: tokenizeParams,
  model: modelParams,
  pretrain: pretrainParams,
  figures: figuresParams,
});

export const pretrainExperimentSchema = z.strictObject({
  title: z.string(),
  kind: z.literal('pretrain'),
  defaultProfile: name,
  profiles: z.record(name, profile),
});

export type PretrainExperiment = z.infer<typeof pretrainExperimentSchema>;
export type PretrainProfile = z.infer<typeof profile>;
