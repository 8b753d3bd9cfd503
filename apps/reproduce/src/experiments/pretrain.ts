/** Pretraining of a model that other experiments start from. */
import { z } from 'zod';
import { defineExperiment } from '../run/define.js';
import { figuresParams } from '../stages/cell.params.js';
import data from '../stages/data.js';
import pretrain from '../stages/pretrain.js';
import report from '../stages/pretrain-report.js';
import tokenize from '../stages/tokenize.js';
import { modelParams, pretrainParams } from '../stages/training.params.js';

const profile = z.strictObject({
  description: z.string(),
  question: z.string(),
  data: data.params,
  tokenize: tokenize.params,
  model: modelParams,
  pretrain: pretrainParams,
  figures: figuresParams,
});

export const pretraining = defineExperiment('pretrain', profile, ({ title, profile, add }) => {
  const { model, pretrain: training, question, description } = profile;
  const corpus = add(data, profile.data, {});
  const tokens = add(tokenize, profile.tokenize, { data: corpus });
  const pretrained = add(pretrain, { model, training }, { tokens });
  add(
    report,
    { ...profile.figures, heldOut: training.heldOut, title, question, description },
    { data: corpus, tokenize: tokens, pretrain: pretrained },
  );
});
