/**
 * Generalization: a grid of models, parts of the labels and contexts, every cell of it a task. Models are trained before any context is
 * looked at, so that another context adds tasks and trains nothing.
 */
import { z } from 'zod';
import { defineExperiment, type Ref } from '../run/define.js';
import { evaluateParams, nameParam } from '../stages/cell.params.js';
import classical from '../stages/classical.js';
import contextSplit from '../stages/context-split.js';
import data from '../stages/data.js';
import encode from '../stages/encode.js';
import {
  encodingParams,
  learnParams,
  referenceParams,
  transferBaselineParams,
  transferFiguresParams,
  transferPartsParams,
} from '../stages/generalization.params.js';
import learn from '../stages/learn.js';
import pretrain from '../stages/pretrain.js';
import score from '../stages/score.js';
import shift from '../stages/shift.js';
import tokenize from '../stages/tokenize.js';
import { modelParams, pretrainParams } from '../stages/training.params.js';
import evaluate from '../stages/transfer-evaluate.js';
import figures from '../stages/transfer-figures.js';
import vocabulary from '../stages/vocabulary.js';
import { SEEN } from '../transfer/grid.js';
import { foldsOf, hasOwnCorpus, OWN_CORPUS } from './model-start.js';

const profile = z
  .strictObject({
    description: z.string(),
    question: z.string(),
    data: data.params,
    protocol: contextSplit.params,
    contexts: z.record(nameParam, shift.params),
    tokenize: tokenize.params,
    encodings: z.record(nameParam, encodingParams),
    model: modelParams,
    pretrain: pretrainParams,
    learn: learnParams,
    baselines: z.record(nameParam, transferBaselineParams),
    labelBudgets: transferPartsParams,
    reference: referenceParams,
    evaluate: evaluateParams,
    figures: transferFiguresParams,
  })
  .refine(hasOwnCorpus, OWN_CORPUS)
  .superRefine(checkNames);
type Profile = z.infer<typeof profile>;

export const generalization = defineExperiment('generalization', profile, ({ title, profile, add }) => {
  const { protocol, contexts, learn: learning, question, description } = profile;
  const { geneIds, maxLength, vocabulary: version, dictionaries } = profile.tokenize;
  const cells = add(data, profile.data, {});
  const split = add(contextSplit, protocol, { data: cells });
  const genes = add(vocabulary, { vocabulary: version, dictionaries }, { data: cells });
  const shifted = new Map(
    Object.entries(contexts).map(([name, context]) => [
      name,
      add(shift, context, { data: cells, split }, { as: [name] }),
    ]),
  );

  const encoded = mapValues(profile.encodings, (encoding, name) => {
    const params = { encoding, geneIds, maxLength };
    const all = add(encode, params, { vocabulary: genes, data: cells, shifted: undefined }, { as: [name] });
    const training = { model: profile.model, training: profile.pretrain };
    const pretrained = add(pretrain, training, { tokens: all }, { as: [name], cores: 'half' });
    // Undisturbed cells are encoded with all others.
    const copies = mapValues(Object.fromEntries(shifted), (from, context) =>
      add(encode, params, { vocabulary: genes, data: undefined, shifted: from }, { as: [name, context] }),
    );
    return { all, pretrained, copies };
  });

  const { initializations, ...training } = learning;
  const runs: Ref<typeof score | typeof classical>[] = [];
  for (const [encoding, { all, pretrained, copies }] of Object.entries(encoded)) {
    for (const [start, initialization] of Object.entries(initializations)) {
      const model = `${encoding}-${start}`;
      const label = `${profile.encodings[encoding].label}, ${initialization.label}`;
      for (const { budget, inContexts } of gridOf(profile, model)) {
        const { percent } = budget;
        const learned = foldsOf(protocol).map((fold) =>
          add(
            learn,
            { model: profile.model, training, start: initialization, fold, budget },
            { split, tokens: all, pretrained: initialization.init === 'pretrained' ? pretrained : undefined },
            { as: [model, percent, fold] },
          ),
        );
        for (const context of inContexts) {
          const disturbed = context in contexts;
          const params = { model, encoding, start, label, percent, context, disturbed };
          const inputs = { split, tokens: copies[context] ?? all, learned };
          runs.push(add(score, params, inputs, { as: [model, percent, context] }));
        }
      }
    }
  }
  for (const [model, baseline] of Object.entries(profile.baselines)) {
    const tokens = baseline.features.kind === 'ranks' ? encoded[baseline.features.encoding] : undefined;
    for (const { budget, inContexts } of gridOf(profile, model)) {
      for (const context of inContexts) {
        const inputs = tokens
          ? { encoded: tokens.all, shiftedTokens: tokens.copies[context], data: undefined, shifted: undefined }
          : { encoded: undefined, shiftedTokens: undefined, data: cells, shifted: shifted.get(context) };
        const params = { model, baseline, budget, context, disturbed: context in contexts };
        runs.push(add(classical, params, { split, ...inputs }, { as: [model, budget.percent, context] }));
      }
    }
  }

  const measured = add(
    evaluate,
    { ...profile.evaluate, protocol, contexts, reference: profile.reference },
    { data: cells, split, runs },
  );
  const pretrained = Object.values(encoded).map((one) => one.pretrained);
  add(
    figures,
    { ...profile.figures, title, question, description },
    { data: cells, split, vocabulary: genes, pretrained, evaluate: measured },
  );

  /** Parts of the labels of a model, each with the contexts that it is tested in: all of them with all labels. */
  function gridOf({ labelBudgets: { percents, models, contexts: some, minCellVisits, seed } }: Profile, model: string) {
    const all = testedContexts(profile);
    return [
      ...(models.includes(model) ? percents : []).map((percent) => ({
        budget: { percent, minCellVisits, seed },
        inContexts: some.filter((context) => all.includes(context)),
      })),
      // With all labels, the number of epochs stays as configured.
      { budget: { percent: 100, minCellVisits: 0, seed: 0 }, inContexts: all },
    ];
  }
});

function testedContexts({ protocol, contexts }: Pick<Profile, 'protocol' | 'contexts'>): string[] {
  return [SEEN, protocol.shift.context, ...Object.keys(contexts)];
}

/** Reports names that are not defined, and names that are defined twice. */
function checkNames(profile: Profile, context: z.RefinementCtx): void {
  const { encodings, learn, baselines, labelBudgets, reference, figures } = profile;
  const starts = Object.keys(learn.initializations);
  const models = Object.keys(encodings).flatMap((encoding) => starts.map((start) => `${encoding}-${start}`));
  const rows = [...models, ...Object.keys(baselines)];
  const tested = testedContexts(profile);
  const known = (value: string, choices: readonly string[], ...path: (string | number)[]) => {
    if (choices.includes(value)) return;
    const message = `"${value}" is not defined; choose one of: ${choices.join(', ')}`;
    context.addIssue({ code: 'custom', path, message });
  };
  const free = (names: readonly string[], ...path: string[]) => {
    const twice = names.find((one, index) => names.indexOf(one) !== index);
    if (twice === undefined) return;
    context.addIssue({ code: 'custom', path, message: `the name "${twice}" is used twice; rename one of them` });
  };
  known(reference.encoding, Object.keys(encodings), 'reference', 'encoding');
  known(reference.initialization, starts, 'reference', 'initialization');
  labelBudgets.models.forEach((model, at) => known(model, rows, 'labelBudgets', 'models', at));
  labelBudgets.contexts.forEach((one, at) => known(one, tested, 'labelBudgets', 'contexts', at));
  figures.models.forEach((model, at) => known(model, rows, 'figures', 'models', at));
  for (const [baseline, { features }] of Object.entries(baselines)) {
    if (features.kind !== 'ranks') continue;
    known(features.encoding, Object.keys(encodings), 'baselines', baseline, 'features', 'encoding');
  }
  free(tested, 'contexts');
  free(rows, 'baselines');
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
