/** The schema of a generalization experiment's file. */
import { z } from 'zod';
import { dataParams } from '../stages/data.params.js';
import { evaluateParams } from '../stages/evaluate.params.js';
import { transferFiguresParams } from '../stages/transfer-figures.params.js';
import { modelParams } from '../stages/finetune.params.js';
import {
  contextParams,
  encodingParams,
  learnParams,
  referenceParams,
  transferBaselineParams,
  transferPartsParams,
  transferProtocolParams,
} from '../stages/generalization.params.js';
import { pretrainParams } from '../stages/pretrain.params.js';
import { tokenizeParams } from '../stages/tokenize.params.js';
import { hasOwnCorpus, OWN_CORPUS } from './own-corpus.js';
import { name } from './schema.js';

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
