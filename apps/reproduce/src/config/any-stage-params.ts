import { generalizationParamsOf } from './generalization-stage-params.js';
import { geneParamsOf } from './gene-stage-params.js';
import { profileOf, type AnyExperiment } from './load.js';
import { pretrainParamsOf } from './pretrain-stage-params.js';
import { paramsOf } from './stage-params.js';

/**
 * The part of a profile, of an experiment of any kind, that a stage depends on.
 * @param words the stage's name and what follows it
 * @param file the experiment's file, for messages
 * @throws ExperimentError when there is no such profile, stage, model
 */
export function anyParamsOf(
  words: readonly string[],
  experiment: AnyExperiment,
  profile: string,
  file: string,
): unknown {
  const [name = ''] = words;
  if (!('kind' in experiment)) return paramsOf(name, words, experiment, profileOf(experiment, profile, file));
  switch (experiment.kind) {
    case 'genes':
      return geneParamsOf(name, words, experiment, profileOf(experiment, profile, file));
    case 'pretrain':
      return pretrainParamsOf(name, experiment, profileOf(experiment, profile, file));
    case 'generalization':
      return generalizationParamsOf(words, experiment, profileOf(experiment, profile, file));
  }
}
