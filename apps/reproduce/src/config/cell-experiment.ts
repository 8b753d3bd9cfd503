/**
 * The schema of a cell classification experiment. Each stage defines the part that it reads, next to its code; this module combines the parts.
 * Unknown keys are errors: a misspelled option must not be silently ignored.
 */
import { z } from 'zod';
import { ExperimentError } from '../errors.js';
import { baselineParams } from '../stages/baseline.params.js';
import { dataParams } from '../stages/data.params.js';
import {
  embedParams,
  evaluateParams,
  figuresParams,
  labelBudgetsParams,
  protocolParams,
  tokenizeParams,
} from '../stages/cell.params.js';
import { finetuneParams } from '../stages/training.params.js';
import { checkModelStart, hasOwnCorpus, modelStart, OWN_CORPUS } from './profile-parts.js';

/** A name that becomes part of target names and file names, so only letters, digits and hyphens are allowed. */
export const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'use lowercase letters, digits and hyphens');

/** A number from the published study, shown beside the measured ones and never mixed with them. */
export const published = z.strictObject({
  model: z.string(),
  metric: z.enum(['accuracy', 'macroF1', 'rocAuc']),
  value: z.number().min(0).max(1),
  source: z.string(),
});

const profile = z
  .strictObject({
    description: z.string(),
    question: z.string(),
    /** Only where the published study asked the same question. */
    published: z.array(published),
    data: dataParams,
    protocol: protocolParams,
    tokenize: tokenizeParams,
    ...modelStart,
    embed: embedParams,
    finetune: finetuneParams,
    baselines: z.record(name, baselineParams),
    labelBudgets: labelBudgetsParams.optional(),
    evaluate: evaluateParams,
    figures: figuresParams,
  })
  .superRefine(checkModelStart)
  .refine(hasOwnCorpus, OWN_CORPUS);

export const experimentSchema = z.strictObject({
  title: z.string(),
  defaultProfile: name,
  profiles: z.record(name, profile),
});

export type Experiment = z.infer<typeof experimentSchema>;
export type Profile = z.infer<typeof profile>;
export type PublishedFigure = z.infer<typeof published>;

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
