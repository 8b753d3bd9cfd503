import { generalizationParamsOf } from './generalization-stage-params.js';
import { geneParamsOf } from './gene-stage-params.js';
import { profileOf, type AnyExperiment } from './load.js';
import { pretrainParamsOf } from './pretrain-stage-params.js';
import { paramsOf } from './stage-params.js';

/**
 * Returns the part of a profile that a stage depends on, for an experiment of any kind.
 * @param words the stage's name and its arguments, such as the model and the fold
 * @param file the experiment's file, for error messages
 * @throws ExperimentError when the profile, the stage or the model does not exist
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
