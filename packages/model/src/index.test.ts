import { expect, test } from '@jest/globals';
import * as api from './index.js';

test('the public surface is exactly this', () => {
  expect(Object.keys(api).sort()).toEqual([
    'ArgumentError',
    'BertForMaskedLM',
    'BertForSequenceClassification',
    'BertModel',
    'CellsError',
    'CheckpointMismatchError',
    'ConfigError',
    'LabelError',
    'ModelError',
    'ResumeMismatchError',
    'TrainingAbortedError',
    'TrainingDivergedError',
    'VocabularyMismatchError',
    'embedCells',
    'encodeLabels',
    'evaluateClassifier',
    'evaluateMaskedLoss',
    'finetune',
    'finetuningDefaults',
    'parameterCount',
    'parseConfig',
    'predict',
    'presetConfig',
    'presetNames',
    'pretrain',
    'pretrainingDefaults',
    'selectCells',
  ]);
});
