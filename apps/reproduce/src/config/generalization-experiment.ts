import { z } from 'zod';
import { ExperimentError } from '../errors.js';
import type { ClassicalStageParams } from '../stages/classical.js';
import { dataParams } from '../stages/data.params.js';
import { evaluateParams, tokenizeParams } from '../stages/cell.params.js';
import { modelParams, pretrainParams } from '../stages/training.params.js';
import {
  contextParams,
  encodingParams,
  learnParams,
  referenceParams,
  transferBaselineParams,
  transferFiguresParams,
  transferPartsParams,
  transferProtocolParams,
} from '../stages/generalization.params.js';
import type { LearnStageParams } from '../stages/learn.js';
import type { ScoreStageParams } from '../stages/score.js';
import { partsOfModel, SEEN } from '../transfer/grid.js';
import { hasOwnCorpus, OWN_CORPUS } from './profile-parts.js';
import { entry, name } from './cell-experiment.js';

/** The schema of a generalization experiment's file. */

const profile = z
  .strictObject({
    description: z.string(),
    question: z.string(),
    data: dataParams,
    protocol: transferProtocolParams,
    contexts: z.record(name, contextParams),
    tokenize: tokenizeParams,
    encodings: z.record(name, encodingParams),
    model: modelParams,
    pretrain: pretrainParams,
    learn: learnParams,
    baselines: z.record(name, transferBaselineParams),
    labelBudgets: transferPartsParams,
    reference: referenceParams,
    evaluate: evaluateParams,
    figures: transferFiguresParams,
  })
  .refine(hasOwnCorpus, OWN_CORPUS)
  .superRefine((profile, context) => {
    const { encodings, learn, baselines, labelBudgets, reference, contexts, protocol, figures } = profile;
    const models = Object.keys(encodings).flatMap((encoding) =>
      Object.keys(learn.initializations).map((start) => `${encoding}-${start}`),
    );
    const rows = [...models, ...Object.keys(baselines)];
    const tested = ['seen', protocol.shift.context, ...Object.keys(contexts)];
    const known = (value: string, choices: readonly string[], ...at: (string | number)[]) => {
      if (choices.includes(value)) return;
      context.addIssue({
        code: 'custom',
        path: at,
        message: `"${value}" is not defined; choose one of: ${choices.join(', ')}`,
      });
    };
    const free = (names: readonly string[], ...at: string[]) => {
      const twice = names.find((one, index) => names.indexOf(one) !== index);
      if (twice === undefined) return;
      context.addIssue({ code: 'custom', path: at, message: `the name "${twice}" is used twice; rename one of them` });
    };
    known(reference.encoding, Object.keys(encodings), 'reference', 'encoding');
    known(reference.initialization, Object.keys(learn.initializations), 'reference', 'initialization');
    labelBudgets.models.forEach((model, at) => known(model, rows, 'labelBudgets', 'models', at));
    labelBudgets.contexts.forEach((one, at) => known(one, tested, 'labelBudgets', 'contexts', at));
    figures.models.forEach((model, at) => known(model, rows, 'figures', 'models', at));
    for (const [baseline, { features }] of Object.entries(baselines)) {
      if (features.kind !== 'ranks') continue;
      known(features.encoding, Object.keys(encodings), 'baselines', baseline, 'features', 'encoding');
    }
    free(tested, 'contexts');
    free(rows, 'baselines');
  });

export const generalizationExperimentSchema = z.strictObject({
  title: z.string(),
  kind: z.literal('generalization'),
  defaultProfile: name,
  profiles: z.record(name, profile),
});

export type GeneralizationExperiment = z.infer<typeof generalizationExperimentSchema>;
export type GeneralizationProfile = z.infer<typeof profile>;

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
