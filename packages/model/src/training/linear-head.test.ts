import { useBackend } from '@geneformer-ts/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encoderLayout } from '../bert/layout.js';
import type { Weights } from '../bert/parameters.js';
import { presetConfig } from '../bert/presets.js';
import { evaluateClassifier } from '../inference/evaluate.js';
import { FrozenStates } from '../inference/frozen-states.js';
import { predict } from '../inference/predict.js';
import { weightsDigest } from '../models/model.js';
import { BertForSequenceClassification, BertForSequenceRegression } from '../models/sequence-models.js';
import { toyCells, toyVocabularySize } from '../testing/cells.js';
import { maxDifference } from '../testing/golden.js';
import type { FinetuningArguments } from './arguments.js';
import { finetuneRegression } from './finetune-regression.js';
import { finetune } from './finetune.js';
import { rateFactors } from './rate-factors.js';
import { fitSoftmax } from './softmax-regression.js';

const config = { ...presetConfig('tiny', toyVocabularySize), max_position_embeddings: 24 };
const { cells, labels } = toyCells(64);
const held = toyCells(64, 2);
const evaluation = { evalCells: held.cells, evalLabels: held.labels };
/** The encoder of a model that knows these classes. */
let encoder: Weights | undefined;

/** Returns a classifier with the trained encoder and a new head. */
function classifier(): BertForSequenceClassification {
  const model = BertForSequenceClassification.fromConfig(config, {
    labels: ['first', 'second'],
    seed: 1,
    pooling: 'mean',
  });
  if (encoder) model.parameters.write(encoder);
  return model;
}

beforeAll(async () => {
  await useBackend('onnx', { threads: 1 });
  const model = classifier();
  const others = toyCells(64, 5);
  await finetune(model, others.cells, others.labels, { maxSteps: 80, learningRate: 5e-3, perDeviceTrainBatchSize: 8 });
  encoder = await model.parameters.read(encoderLayout(config));
});

test('logistic regression has the coefficients of scikit-learn', () => {
  const file = new URL('../../fixtures/linear-head.json', import.meta.url);
  const golden = JSON.parse(readFileSync(file, 'utf8')) as {
    strength: number;
    rows: number[][];
    labels: number[];
    weights: number[];
    coefficients: number[][];
    intercepts: number[];
  };
  const rows = { data: Float32Array.from(golden.rows.flat()), rows: golden.rows.length, cols: 5 };
  const { coefficients, intercepts } = fitSoftmax(rows, Int32Array.from(golden.labels), 3, {
    strength: golden.strength,
    rowWeights: Float64Array.from(golden.weights),
  });
  expect(maxDifference(coefficients, golden.coefficients.flat())).toBeLessThan(0.01);
  // The intercepts of scikit-learn differ by a constant, which does not change probabilities.
  const centered = (values: ArrayLike<number>) =>
    Array.from(values, (value) => value - (values[0] + values[1] + values[2]) / 3);
  expect(maxDifference(centered(intercepts), centered(golden.intercepts))).toBeLessThan(0.01);
});

describe('fine-tuning with a linear head', () => {
  const linear: Partial<FinetuningArguments> = { headStart: 'linear', perDeviceTrainBatchSize: 8 };
  const kept: Partial<FinetuningArguments> = { ...linear, evalOnStart: true, loadBestModelAtEnd: true };

  test('starts with a head that classifies held-out cells, before any update', async () => {
    const untrained = await finetune(
      classifier(),
      cells,
      labels,
      { ...linear, maxSteps: 1, evalOnStart: true },
      evaluation,
    );
    expect(untrained.evaluations[0].step).toBe(0);
    expect(untrained.evaluations[0].accuracy).toBeGreaterThan(0.85);
    const random = { maxSteps: 1, evalOnStart: true };
    const { evaluations } = await finetune(classifier(), cells, labels, random, evaluation);
    // ln 2 is the loss of a guess; with a new head, all probabilities are near 0.5.
    expect(evaluations[0].loss).toBeGreaterThan(0.6);
    expect(untrained.evaluations[0].loss).toBeLessThan(0.2);
  });

  test.each([1e-3, 1])(
    'is never worse on held-out cells than the head alone, learning rate %d',
    async (learningRate) => {
      const args = { ...kept, learningRate, maxSteps: 12, evalSteps: 2, encoderRateFactor: 0.1 };
      const model = classifier();
      const { evaluations, bestStep } = await finetune(model, cells, labels, args, evaluation);
      const { loss } = await evaluateClassifier(model, held.cells, held.labels);
      expect(loss).toBeLessThanOrEqual(evaluations[0].loss);
      // A rate of 1 destroys the model, so that the head alone stays the best.
      if (learningRate === 1) expect(bestStep).toBe(0);
    },
  );

  test('uses the vectors of frozen states, with the same result', async () => {
    const args = { ...linear, freezeLayers: 'all', maxSteps: 2 } as const;
    const [own, given] = [classifier(), classifier()];
    await finetune(own, cells, labels, { ...args, frozenCacheMegabytes: 0 });
    const frozenStates = await FrozenStates.compute(given, cells, { freezeLayers: 'all' });
    await finetune(given, cells, labels, args, { frozenStates });
    const [a, b] = [await predict(own, held.cells), await predict(given, held.cells)];
    expect(maxDifference(a.probabilities, b.probabilities)).toBeLessThan(1e-4);
  });

  test('resumes to identical bits, with learning rates by layer', async () => {
    const args = { ...kept, maxSteps: 6, saveSteps: 1, encoderRateFactor: 0.5, layerDecay: 0.5, learningRate: 1e-2 };
    const run = async (settings: object) => {
      const model = classifier();
      const record = await finetune(model, cells, labels, args, { ...evaluation, ...settings });
      return { record, digest: weightsDigest(await model.parameters.read()) };
    };
    const whole = await run({});
    const checkpointDir = await mkdtemp(join(tmpdir(), 'geneformer-head-'));
    const stop = new AbortController();
    const onProgress = ({ stage, done }: { stage: string; done: number }) => {
      if (stage === 'finetune' && done === 3) stop.abort();
    };
    const stopped = run({ checkpointDir, signal: stop.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ tag: 'TrainingAbortedError', step: 3 });
    expect(await run({ checkpointDir })).toEqual({ ...whole, record: { ...whole.record, resumedFrom: 3 } });
  });

  test('is refused for regressions, as is accuracy, and an evaluation on start needs held-out cells', async () => {
    const regression = BertForSequenceRegression.fromConfig(config, { labels: ['age'] });
    const fit = finetuneRegression(regression, cells, new Float32Array(64), { headStart: 'linear' });
    await expect(fit).rejects.toThrow('headStart: "linear" is not valid; use "random"');
    const best = finetuneRegression(regression, cells, new Float32Array(64), { metricForBestModel: 'accuracy' });
    await expect(best).rejects.toThrow('metricForBestModel: "accuracy" is not valid; use loss');
    const start = finetune(classifier(), cells, labels, { evalOnStart: true });
    await expect(start).rejects.toThrow('evalOnStart: needs held-out cells');
  });
});

describe('learning rates by layer', () => {
  test('decrease from the head to the embeddings', () => {
    const of = rateFactors(config, { encoderRateFactor: 0.5, layerDecay: 0.1 });
    expect(of('classifier.weight')).toBe(1);
    expect(of('bert.pooler.dense.weight')).toBe(1);
    expect(of('bert.encoder.layer.1.output.dense.weight')).toBe(0.5);
    expect(of('bert.encoder.layer.0.output.dense.weight')).toBeCloseTo(0.05, 12);
    expect(of('bert.embeddings.LayerNorm.weight')).toBeCloseTo(0.005, 12);
  });

  test('of 0 leave the encoder as it is, and train the head', async () => {
    const model = classifier();
    const before = await model.parameters.read();
    await finetune(model, cells, labels, { maxSteps: 3, learningRate: 1e-2, encoderRateFactor: 0 });
    const after = await model.parameters.read();
    expect(after.get('bert.encoder.layer.1.output.dense.weight')).toEqual(
      before.get('bert.encoder.layer.1.output.dense.weight'),
    );
    expect(after.get('classifier.weight')).not.toEqual(before.get('classifier.weight'));
  });
});
