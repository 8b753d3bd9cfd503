/** Gene classification: cells as everywhere, then folds over genes. */
import { z } from 'zod';
import { defineExperiment } from '../run/define.js';
import { evaluateParams, figuresParams, nameParam, publishedParams } from '../stages/cell.params.js';
import data from '../stages/data.js';
import evaluate from '../stages/evaluate.js';
import figures from '../stages/figures.js';
import baseline from '../stages/gene-baseline.js';
import features from '../stages/gene-features.js';
import finetune from '../stages/gene-finetune.js';
import { geneBaselineParams, geneFinetuneParams, geneProtocolParams } from '../stages/gene.params.js';
import split from '../stages/gene-split.js';
import tokenize from '../stages/tokenize.js';
import { addLinear, addStart, checkModelStart, foldsOf, hasOwnCorpus, modelStart, OWN_CORPUS } from './model-start.js';

const profile = z
  .strictObject({
    description: z.string(),
    question: z.string(),
    published: publishedParams,
    data: data.params,
    protocol: geneProtocolParams,
    tokenize: tokenize.params,
    ...modelStart,
    finetune: geneFinetuneParams,
    baselines: z.record(nameParam, geneBaselineParams),
    evaluate: evaluateParams,
    figures: figuresParams,
  })
  .superRefine(checkModelStart)
  .refine(hasOwnCorpus, OWN_CORPUS);

export const gene = defineExperiment('genes', profile, (planner) => {
  const { title, profile, add } = planner;
  const { protocol, question, description, published } = profile;
  const cells = add(data, profile.data, {});
  const tokens = add(tokenize, profile.tokenize, { data: cells });
  const linear = addLinear(planner, tokens);
  const start = addStart(planner, tokens, linear);
  const folds = add(split, { protocol, data: profile.data }, { data: cells, tokenize: tokens });
  const levels = add(features, { geneIds: profile.tokenize.geneIds }, { data: cells, tokenize: tokens, split: folds });

  const { models, ...training } = profile.finetune;
  const tuned = Object.entries(models).map(([name, variant]) => {
    // A model with random weights may take its shape from the pretrained one.
    const needsStart = variant.init === 'pretrained' || (variant.init === 'random' && !profile.model);
    const inputs = { tokenize: tokens, split: folds, start: needsStart ? start : undefined };
    return foldsOf(protocol).map((fold) =>
      add(finetune, { name, model: profile.model, training, variant, fold }, inputs, { as: [name, fold] }),
    );
  });
  const classical = Object.entries(profile.baselines).map(([name, classifier]) =>
    add(baseline, { name, classifier }, { split: folds, features: levels }, { as: [name] }),
  );

  const runs = [...tuned.flat(), ...classical];
  const evaluated = add(evaluate, { ...profile.evaluate, protocol, published }, { data: cells, split: folds, runs });
  add(
    figures,
    { ...profile.figures, title, question, description, protocol },
    {
      data: cells,
      tokenize: tokens,
      start,
      split: undefined,
      embed: undefined,
      curve: undefined,
      runs: tuned.flatMap(([first]) => first ?? []),
      evaluate: evaluated,
    },
  );
});
