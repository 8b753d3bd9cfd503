import { z } from 'zod';
import { ExperimentError } from '../errors.js';
import { dataParams } from '../stages/data.params.js';
import { figuresParams, tokenizeParams } from '../stages/cell.params.js';
import { modelParams, pretrainParams } from '../stages/training.params.js';
import { name } from './cell-experiment.js';

/** The schema of an experiment that pretrains a model for other experiments to start from. */

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

/** Returns the part of a pretraining profile that one stage depends on, and nothing else. */
export function pretrainParamsOf(name: string, experiment: { title: string }, profile: PretrainProfile): unknown {
  const { data, tokenize, model, pretrain, figures, question, description } = profile;
  switch (name) {
    case 'data':
      return data;
    case 'tokenize':
      return tokenize;
    case 'pretrain':
      return { model, training: pretrain };
    case 'pretrain-report':
      return { ...figures, heldOut: pretrain.heldOut, title: experiment.title, question, description };
    default:
      throw new ExperimentError(
        'command line',
        name,
        'not a stage of a pretraining experiment; choose one that its Nx targets run',
      );
  }
}
