import { ExperimentError } from '../errors.js';
import { partsOfModel, SEEN } from '../transfer/grid.js';
import type { ClassicalStageParams } from '../stages/classical.js';
import type { LearnStageParams } from '../stages/learn.js';
import type { ScoreStageParams } from '../stages/score.js';
import type { GeneralizationProfile } from './generalization-schema.js';
import { entry } from './stage-params.js';

/** Returns the part of a generalization profile that one stage depends on, and nothing else. */
export function generalizationParamsOf(
  words: readonly string[],
  experiment: { title: string },
  profile: GeneralizationProfile,
): unknown {
  const [name = '', first = '', second = '', third = ''] = words;
  const { protocol, tokenize, contexts, question, description } = profile;
  switch (name) {
    case 'data':
      return profile.data;
    case 'context-split':
      return protocol;
    case 'vocabulary': {
      const { vocabulary, dictionaries } = tokenize;
      return { vocabulary, ...(dictionaries !== undefined && { dictionaries }) };
    }
    case 'shift':
      return entry(contexts, first);
    case 'encode': {
      const { geneIds, maxLength } = tokenize;
      return { encoding: entry(profile.encodings, first), geneIds, maxLength };
    }
    case 'pretrain':
      return { model: profile.model, training: profile.pretrain };
    case 'learn':
      return learnParamsOf(profile, first, Number(second), Number(third));
    case 'score':
      return scoreParamsOf(profile, first, Number(second), third);
    case 'classical': {
      const params: ClassicalStageParams = {
        baseline: entry(profile.baselines, first),
        budget: budgetOf(profile, Number(second)),
        context: third,
        disturbed: third in contexts,
      };
      return params;
    }
    case 'transfer-evaluate':
      return { ...profile.evaluate, protocol, contexts, reference: profile.reference };
    case 'transfer-figures':
      return { ...profile.figures, title: experiment.title, question, description };
    default:
      throw new ExperimentError(
        'command line',
        name,
        'not a stage of a generalization experiment; choose one that its Nx targets run',
      );
  }
}

function learnParamsOf(profile: GeneralizationProfile, model: string, percent: number, fold: number): LearnStageParams {
  const { initializations, ...training } = profile.learn;
  const [encoding, start] = partsOfModel(model, Object.keys(profile.encodings), Object.keys(initializations));
  return {
    model: profile.model,
    training,
    encoding,
    start: entry(initializations, start),
    fold,
    budget: budgetOf(profile, percent),
  };
}

function scoreParamsOf(
  { encodings, learn, contexts }: GeneralizationProfile,
  model: string,
  percent: number,
  context: string,
): ScoreStageParams {
  const [encoding, start] = partsOfModel(model, Object.keys(encodings), Object.keys(learn.initializations));
  const label = `${entry(encodings, encoding).label}, ${entry(learn.initializations, start).label}`;
  return { encoding, start, label, percent, context, disturbed: context !== SEEN && context in contexts };
}

/** Returns the label budget of a percentage; with all labels, the number of epochs stays as configured. */
function budgetOf({ labelBudgets }: GeneralizationProfile, percent: number) {
  const { minCellVisits, seed } = labelBudgets;
  return percent === 100 ? { percent, minCellVisits: 0, seed: 0 } : { percent, minCellVisits, seed };
}
