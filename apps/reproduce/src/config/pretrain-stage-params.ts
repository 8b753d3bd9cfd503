import { ExperimentError } from '../errors.js';
import type { PretrainProfile } from './pretrain-schema.js';

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
