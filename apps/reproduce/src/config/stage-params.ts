import type { Experiment, Profile } from './schema.js';
import { ConfigError } from '../errors.js';

/**
 * The part of a profile that one stage depends on, and nothing else: this goes into the stage's cache key.
 * @param words the stage's name and what follows it, such as `finetune geneformer 0`
 */
export function paramsOf(name: string, words: readonly string[], experiment: Experiment, profile: Profile): unknown {
  const [, model = '', fold] = words;
  switch (name) {
    case 'data':
      return profile.data;
    case 'split':
      return profile.protocol;
    case 'tokenize':
      return profile.tokenize;
    case 'pretrain':
      return { model: profile.model, training: profile.pretrain };
    case 'embed':
      return profile.embed;
    case 'finetune': {
      const { models, ...training } = profile.finetune;
      return { model: profile.model, training, variant: entry(models, model), fold: Number(fold) };
    }
    case 'baseline':
      return entry(profile.baselines, model);
    case 'evaluate':
      return { ...profile.evaluate, protocol: profile.protocol, published: profile.published };
    case 'figures':
      return {
        ...profile.figures,
        title: experiment.title,
        question: profile.question,
        description: profile.description,
      };
    default:
      throw new ConfigError('command line', name, 'no such stage');
  }
}

function entry<T>(record: Record<string, T>, key: string): T {
  const found = record[key];
  if (found === undefined)
    throw new ConfigError('command line', key, `choose one of: ${Object.keys(record).join(', ')}`);
  return found;
}
