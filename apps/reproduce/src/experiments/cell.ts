/** Cell classification: a transformer and classical classifiers on the same cells and folds. */
import { z } from 'zod';
import { defineExperiment } from '../run/define.js';
import { type BaselineParams, baselineParams } from '../stages/baseline.params.js';
import {
  evaluateParams,
  figuresParams,
  layoutParams,
  nameParam,
  publishedParams,
  vectorsParams,
} from '../stages/cell.params.js';
import classify from '../stages/classify.js';
import data from '../stages/data.js';
import embed from '../stages/embed.js';
import evaluate from '../stages/evaluate.js';
import figures from '../stages/figures.js';
import finetune from '../stages/finetune.js';
import labelCurve from '../stages/label-curve.js';
import split from '../stages/split.js';
import tokenize from '../stages/tokenize.js';
import { finetuneParams } from '../stages/training.params.js';
import vectors from '../stages/vectors.js';
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
    embed: vectorsParams.extend(layoutParams.shape),
    /** Classifiers on the vectors of the pretrained model, whose weights stay as they are. */
    frozen: z.record(nameParam, baselineParams).default({}),
    finetune: finetuneParams,
    baselines: z.record(nameParam, baselineParams),
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
  })
  .refine(({ frozen }) => readVectors(frozen).every(Boolean), {
    path: ['frozen'],
    message: 'these classifiers read vectors; set features.kind to vectors, or move the others to baselines',
  })
  .refine(({ baselines }) => !readVectors(baselines).some(Boolean), {
    path: ['baselines'],
    message: 'these classifiers do not read vectors; move those with features.kind vectors to frozen',
  });
export type CellProfile = z.infer<typeof profile>;

export const cell = defineExperiment(undefined, profile, (planner) => {
  const { title, profile, add } = planner;
  const { protocol, question, description } = profile;
  const cells = add(data, profile.data, {});
  const folds = add(split, protocol, { data: cells });
  const tokens = add(tokenize, profile.tokenize, { data: cells });
  const linear = addLinear(planner, tokens);
  const start = addStart(planner, tokens, linear);

  const { layer, pooling, ...layout } = profile.embed;
  const embedded = start && add(vectors, { layer, pooling }, { split: folds, tokenize: tokens, start });

  const classified = (classifiers: Record<string, BaselineParams>, read?: typeof embedded) =>
    Object.entries(classifiers).map(([name, classifier]) =>
      add(
        classify,
        { name, classifier },
        { data: cells, split: folds, tokenize: tokens, vectors: read },
        { as: [name] },
      ),
    );
  // The longest tasks are among these, so they are first.
  const classical = classified(profile.baselines);
  const frozen = classified(profile.frozen, embedded);

  const { models, ...training } = profile.finetune;
  const tuned = Object.entries(models).flatMap(([name, variant]) => {
    // A model with random weights may take its shape from the pretrained one.
    const from = variant.init === 'pretrained' || !profile.model ? start : undefined;
    return foldsOf(protocol).map((fold) => {
      const params = { name, model: profile.model, training, variant, fold };
      const inputs = { split: folds, tokenize: tokens, start: from };
      return { fold, ref: add(finetune, params, inputs, { as: [name, fold] }) };
    });
  });

  const shown = tuned.flatMap(({ fold, ref }) => (fold === 0 ? [ref] : []));
  const [firstFrozen] = Object.keys(profile.frozen);
  const layouts = add(embed, { ...layout, frozen: firstFrozen }, { split: folds, vectors: embedded, tuned: shown });
  const evaluated = add(
    evaluate,
    { ...profile.evaluate, protocol, published: profile.published },
    { data: cells, split: folds, runs: [...frozen, ...tuned.map(({ ref }) => ref), ...classical] },
  );
  const curve =
    profile.labelCurve && linear && embedded
      ? add(labelCurve, profile.labelCurve, { data: cells, split: folds, tokenize: tokens, linear, vectors: embedded })
      : undefined;
  add(
    figures,
    { ...profile.figures, title, question, description, protocol },
    { data: cells, split: folds, tokenize: tokens, start, runs: shown, embed: layouts, evaluate: evaluated, curve },
  );
});

function readVectors(classifiers: Record<string, BaselineParams>): boolean[] {
  return Object.values(classifiers).map(({ features }) => features.kind === 'vectors');
}
