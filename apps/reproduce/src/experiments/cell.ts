/** Cell classification: a transformer and classical classifiers on the same cells and folds. */
import { z } from 'zod';
import { defineExperiment } from '../run/define.js';
import baseline from '../stages/baseline.js';
import { baselineParams } from '../stages/baseline.params.js';
import { labelBudgetsParams, nameParam, publishedParams } from '../stages/cell.params.js';
import data from '../stages/data.js';
import embed from '../stages/embed.js';
import evaluate from '../stages/evaluate.js';
import figures from '../stages/figures.js';
import finetune from '../stages/finetune.js';
import labelCurve from '../stages/label-curve.js';
import split from '../stages/split.js';
import tokenize from '../stages/tokenize.js';
import { evaluateParams, figuresParams } from '../stages/cell.params.js';
import { finetuneParams } from '../stages/training.params.js';
import { addLinear, addStart, checkModelStart, foldsOf, hasOwnCorpus, modelStart, OWN_CORPUS } from './model-start.js';

const profile = z
  .strictObject({
    description: z.string(),
    question: z.string(),
    /** Only where the published study asked the same question. */
    published: publishedParams,
    data: data.params,
    protocol: split.params,
    tokenize: tokenize.params,
    ...modelStart,
    embed: embed.params,
    finetune: finetuneParams,
    baselines: z.record(nameParam, baselineParams),
    labelBudgets: labelBudgetsParams.optional(),
    /** Scores by number of labels, with frozen vectors; needs `contrast`. */
    labelCurve: labelCurve.params.optional(),
    evaluate: evaluateParams,
    figures: figuresParams,
  })
  .superRefine(checkModelStart)
  .refine(hasOwnCorpus, OWN_CORPUS)
  .refine(({ labelCurve, contrast }) => !labelCurve || contrast, {
    path: ['labelCurve'],
    message: 'needs a model and its linear peer; add contrast, or remove it',
  });
export type CellProfile = z.infer<typeof profile>;

export const cell = defineExperiment(undefined, profile, (planner) => {
  const { title, profile, add } = planner;
  const { protocol, question, description, labelBudgets } = profile;
  const cells = add(data, profile.data, {});
  const folds = add(split, protocol, { data: cells });
  const tokens = add(tokenize, profile.tokenize, { data: cells });
  const linear = addLinear(planner, tokens);
  const start = addStart(planner, tokens, linear);

  // The longest tasks are among these, so they are first.
  const classical = Object.entries(profile.baselines).flatMap(([name, classifier]) =>
    partsOf(profile, name).map((budget) =>
      add(
        baseline,
        { name, classifier, budget },
        { data: cells, split: folds, tokenize: tokens },
        { as: [name, ...wordsOf(budget)] },
      ),
    ),
  );

  const { models, ...training } = profile.finetune;
  const tuned = Object.entries(models).flatMap(([name, variant]) => {
    // A model with random weights may take its shape from the pretrained one.
    const from = variant.init === 'pretrained' || !profile.model ? start : undefined;
    return partsOf(profile, name).flatMap((budget) =>
      foldsOf(protocol).map((fold) => {
        const params = { name, model: profile.model, training, variant, fold, budget };
        const inputs = { split: folds, tokenize: tokens, start: from };
        const ref = add(finetune, params, inputs, { as: [name, fold, ...wordsOf(budget)] });
        return { ref, isShown: fold === 0 && !budget };
      }),
    );
  });

  const shown = tuned.flatMap(({ ref, isShown }) => (isShown ? [ref] : []));
  const embedded = add(embed, profile.embed, { split: folds, tokenize: tokens, start, tuned: shown });
  const evaluated = add(
    evaluate,
    { ...profile.evaluate, protocol, published: profile.published, gain: labelBudgets?.gain },
    { data: cells, split: folds, runs: [...tuned.map(({ ref }) => ref), ...classical] },
  );
  const curve =
    profile.labelCurve && linear && start
      ? add(labelCurve, profile.labelCurve, { data: cells, split: folds, tokenize: tokens, linear, start })
      : undefined;
  add(
    figures,
    { ...profile.figures, title, question, description, protocol },
    { data: cells, split: folds, tokenize: tokens, start, runs: shown, embed: embedded, evaluate: evaluated, curve },
  );
});

/** Returns the label budgets of a model: undefined for all labels, then those that the profile asks about. */
function partsOf({ labelBudgets }: CellProfile, model: string) {
  if (!labelBudgets?.models.includes(model)) return [undefined];
  const { percents, minCellVisits, seed } = labelBudgets;
  return [undefined, ...percents.map((percent) => ({ percent, minCellVisits, seed }))];
}

function wordsOf(budget: { percent: number } | undefined): number[] {
  return budget ? [budget.percent] : [];
}
