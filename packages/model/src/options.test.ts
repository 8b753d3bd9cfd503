import { expect, test } from '@jest/globals';
import * as api from './index.js';

type Names = NamesWithOptions<typeof api>;

/** Methods that the functions of this package call, with options that they have checked. */
type Internal = Extract<
  Names,
  'FrozenStates.of' | 'FrozenStates.prototype.check' | `${string}.logits` | `${string}.writeFiles`
>;

const none = undefined as never;

const calls: CallsWithOptions<typeof api, Internal> = {
  evaluateClassifier: (options) => api.evaluateClassifier(none, none, none, options),
  evaluateMaskedLoss: (options) => api.evaluateMaskedLoss(none, none, options),
  evaluateRegression: (options) => api.evaluateRegression(none, none, none, options),
  evaluateTokenClassifier: (options) => api.evaluateTokenClassifier(none, none, none, options),
  embedCells: (options) => api.embedCells(none, none, options),
  embedGenes: (options) => api.embedGenes(none, none, options),
  embedOccurrences: (options) => api.embedOccurrences(none, none, options),
  fillMask: (options) => api.fillMask(none, none, options),
  deletionGradients: (options) => api.deletionGradients(none, none, none, options),
  readStates: (options) => api.readStates(none, none, options),
  predict: (options) => api.predict(none, none, options),
  predictTokens: (options) => api.predictTokens(none, none, options),
  predictValues: (options) => api.predictValues(none, none, options),
  embedBatches: (options) => api.embedBatches(none, none, options).next(),
  finetune: (options) => api.finetune(none, none, none, {}, options),
  finetuneRegression: (options) => api.finetuneRegression(none, none, none, {}, options),
  finetuneTokens: (options) => api.finetuneTokens(none, none, none, {}, options),
  startFromGeneVectors: (options) => api.startFromGeneVectors(none, none, options),
  pretrainContrastive: (options) => api.pretrainContrastive(none, none, {}, options),
  pretrain: (options) => api.pretrain(none, none, {}, options),
  'BertForMaskedLM.fromConfig': (options) => api.BertForMaskedLM.fromConfig(none, options),
  'BertForMaskedLM.fromPretrained': (options) => api.BertForMaskedLM.fromPretrained(none, options),
  'BertForSequenceClassification.fromConfig': (options) => api.BertForSequenceClassification.fromConfig(none, options),
  'BertForSequenceClassification.fromPretrained': (options) =>
    api.BertForSequenceClassification.fromPretrained(none, options),
  'BertForSequenceRegression.fromConfig': (options) => api.BertForSequenceRegression.fromConfig(none, options),
  'BertForSequenceRegression.fromPretrained': (options) => api.BertForSequenceRegression.fromPretrained(none, options),
  'BertForTokenClassification.fromConfig': (options) => api.BertForTokenClassification.fromConfig(none, options),
  'BertForTokenClassification.fromPretrained': (options) =>
    api.BertForTokenClassification.fromPretrained(none, options),
  'BertModel.prototype.savePretrained': (options) => api.BertModel.prototype.savePretrained(none, options),
  'PooledModel.prototype.savePretrained': (options) => api.PooledModel.prototype.savePretrained(none, options),
  'BertForMaskedLM.prototype.savePretrained': (options) => api.BertForMaskedLM.prototype.savePretrained(none, options),
  'BertForSequenceClassification.prototype.savePretrained': (options) =>
    api.BertForSequenceClassification.prototype.savePretrained(none, options),
  'BertForSequenceRegression.prototype.savePretrained': (options) =>
    api.BertForSequenceRegression.prototype.savePretrained(none, options),
  'BertForTokenClassification.prototype.savePretrained': (options) =>
    api.BertForTokenClassification.prototype.savePretrained(none, options),
  'FrozenStates.compute': (options) => api.FrozenStates.compute(none, none, options),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});

test.each<[string, (args: never) => unknown]>([
  ['finetune', (args) => api.finetune(none, none, none, args)],
  ['finetuneRegression', (args) => api.finetuneRegression(none, none, none, args)],
  ['finetuneTokens', (args) => api.finetuneTokens(none, none, none, args)],
  ['pretrain', (args) => api.pretrain(none, none, args)],
  ['pretrainContrastive', (args) => api.pretrainContrastive(none, none, args)],
])('%s refuses an unknown argument', async (name, call) => {
  const type = {
    finetuneTokens: 'TokenFinetuningArguments',
    pretrain: 'PretrainingArguments',
    pretrainContrastive: 'ContrastiveArguments',
  }[name];
  await expect(call).toRefuseUnknownOptions(type ?? 'FinetuningArguments');
});
