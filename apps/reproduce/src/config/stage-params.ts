import type { Profile } from './schema.js';
import { ExperimentError } from '../errors.js';

/**
 * Returns the part of a profile that one stage depends on, and nothing else; it goes into the stage's cache key.
 * @param words the stage's name and its arguments, such as `finetune geneformer 0`, then the percentage of the labels unless all are used
 */
export function paramsOf(
  name: string,
  words: readonly string[],
  experiment: { title: string },
  profile: Profile,
): unknown {
  const [, model = ''] = words;
  const { labelBudgets } = profile;
  switch (name) {
    case 'data':
      return profile.data;
    case 'split':
      return profile.protocol;
    case 'tokenize':
      return profile.tokenize;
    case 'pretrain':
      return { model: profile.model, training: profile.pretrain };
    case 'checkpoint':
      return profile.pretrained;
    case 'embed':
      return profile.embed;
    case 'finetune': {
      const { models, ...training } = profile.finetune;
      const shape = profile.model && { model: profile.model };
      const variant = entry(models, model);
      return { ...shape, training, variant, fold: Number(words[2]), ...budgetOf(labelBudgets, words[3]) };
    }
    case 'baseline':
      return { ...entry(profile.baselines, model), ...budgetOf(labelBudgets, words[2]) };
    case 'evaluate': {
      const gain = labelBudgets && { gain: labelBudgets.gain };
      return { ...profile.evaluate, protocol: profile.protocol, published: profile.published, ...gain };
    }
    case 'figures':
      return {
        ...profile.figures,
        title: experiment.title,
        question: profile.question,
        description: profile.description,
      };
    default:
      throw new ExperimentError(
        'command line',
        name,
        'not a stage of this experiment; choose one that its Nx targets run',
      );
  }
}

function budgetOf(budgets: Profile['labelBudgets'], percent: string | undefined) {
  if (percent === undefined || !budgets) return {};
  const { minCellVisits, seed } = budgets;
  return { budget: { percent: Number(percent), minCellVisits, seed } };
}

export function entry<T>(record: Record<string, T>, key: string): T {
  const found = Object.hasOwn(record, key) ? record[key] : undefined; // ignores inherited properties: constructor, toString
  if (found === undefined)
    throw new ExperimentError('command line', key, `choose one of: ${Object.keys(record).join(', ')}`);
  return found;
}
