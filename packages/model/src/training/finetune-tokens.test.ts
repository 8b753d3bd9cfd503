import { useBackend } from '@geneformer-ts/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetConfig } from '../bert/presets.js';
import { evaluateTokenClassifier } from '../inference/evaluate.js';
import { averageByGene, predictTokens } from '../inference/predict.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { BertForSequenceClassification } from '../models/sequence-models.js';
import { BertForTokenClassification } from '../models/token-classification.js';
import { toyCells, toyVocabularySize } from '../testing/cells.js';
import { maxDifference } from '../testing/golden.js';
import { finetuneTokens } from './finetune-tokens.js';

const config = { ...presetConfig('tiny', toyVocabularySize), max_position_embeddings: 24 };
const { cells } = toyCells(48);
const names = ['even', 'odd'];
/** Genes 4 … 23 have the class even or odd; genes 24 … 33 have no label. */
const classes = new Map(Array.from({ length: 20 }, (_, i) => [4 + i, i % 2] as const));

const newModel = () => BertForTokenClassification.fromConfig(config, { labels: names, seed: 1 });
const quick = { maxSteps: 4, perDeviceTrainBatchSize: 8, learningRate: 5e-3, warmupRatio: 0 } as const;

beforeAll(() => useBackend('onnx', { threads: 1 }));

describe('a gene classifier', () => {
  test('learns the classes of genes', async () => {
    const model = newModel();
    const before = await evaluateTokenClassifier(model, cells, classes);
    const record = await finetuneTokens(model, cells, classes, {
      ...quick,
      maxSteps: 0,
      numTrainEpochs: 12,
      learningRate: 1e-2,
    });
    expect(record.finalLoss).toBeLessThan(0.3);
    const after = await evaluateTokenClassifier(model, cells, classes);
    expect(before.accuracy).toBeLessThan(0.8);
    expect(after.accuracy).toBeGreaterThan(0.95);
  });

  test('gives the same results for labels by gene and by occurrence', async () => {
    const byOccurrence = cells.inputIds.map((id) => classes.get(id) ?? -100);
    const a = await finetuneTokens(newModel(), cells, classes, quick);
    const b = await finetuneTokens(newModel(), cells, byOccurrence, quick);
    expect(b.losses).toEqual(a.losses);
  });

  test.each([1, 2, 'all'] as const)(
    'trains identically with and without the cache, %s layers frozen',
    async (layers) => {
      const args = { ...quick, freezeLayers: layers, freezeEmbeddings: true };
      const a = await finetuneTokens(newModel(), cells, classes, args);
      const b = await finetuneTokens(newModel(), cells, classes, { ...args, frozenCacheMegabytes: 0 });
      expect(maxDifference(a.losses, b.losses)).toBeLessThan(1e-5);
    },
  );

  test('skips cells without a labeled gene, and can give every gene the same weight', async () => {
    const only = new Map([
      [5, 1],
      [15, 0],
    ]);
    const record = await finetuneTokens(newModel(), cells, only, { ...quick, tokenWeighting: 'gene' });
    expect(record.cells).toBeLessThan(48);
    expect(record.losses.every(Number.isFinite)).toBe(true);
  });

  test('evaluates other genes of the same cells during training', async () => {
    const held = new Map([...classes].filter(([id]) => id > 18));
    const seen = new Map([...classes].filter(([id]) => id <= 18));
    const { evaluations } = await finetuneTokens(
      newModel(),
      cells,
      seen,
      { ...quick, evalSteps: 2 },
      { evalLabels: held },
    );
    expect(evaluations.map(({ step }) => step)).toEqual([2, 4]);
  });

  test.each([
    [new Map([[4, 0]]), 'class "odd" has no labeled token in these cells'],
    [new Map([[4, 2]]), 'token 4 has label 2; labels run from 0 to 1'],
    [new Map([[99, 0]]), 'token 99 of the labels is not in the vocabulary; ids are 0 … 33'],
    [new Int32Array(3), 'there are 3 labels for'],
  ])('refuses labels that do not match: %p', async (labels, message) => {
    await expect(finetuneTokens(newModel(), cells, labels, quick)).rejects.toThrow(message);
  });
});

describe('predictions of genes', () => {
  test('have one row per requested occurrence, in the order of the cells, for any batch size', async () => {
    const model = newModel();
    const found = await predictTokens(model, cells, { tokens: classes.keys() });
    const expected = [...cells.inputIds.keys()].filter((at) => classes.has(cells.inputIds[at]));
    expect([...found.tokens]).toEqual(expected.map((at) => cells.inputIds[at]));
    expect(Array.from(found.cells, (cell, i) => cells.offsets[cell] + found.positions[i])).toEqual(expected);
    expect(found.probabilities).toHaveLength(2 * expected.length);
    const small = await predictTokens(model, cells, { tokens: classes.keys(), batchTokens: 40 });
    expect(maxDifference(small.probabilities, found.probabilities)).toBeLessThan(1e-6);
    // The requested genes have the same probabilities among all genes.
    const all = await predictTokens(model, cells);
    const where = [...all.tokens.keys()].filter((i) => classes.has(all.tokens[i]));
    expect(
      maxDifference(
        where.map((i) => all.probabilities[2 * i]),
        found.probabilities.filter((_, k) => k % 2 === 0),
      ),
    ).toBeLessThan(1e-6);
  });

  test('are empty for genes that no cell contains', async () => {
    const { probabilities, tokens } = await predictTokens(newModel(), cells, { tokens: [3] });
    expect([probabilities.length, tokens.length]).toEqual([0, 0]);
  });

  test('can be averaged to one per gene', async () => {
    const found = await predictTokens(newModel(), cells, { tokens: [7, 5] });
    const genes = averageByGene(found);
    expect([...genes.tokens]).toEqual([5, 7]);
    const fives = [...found.tokens.keys()].filter((i) => found.tokens[i] === 5);
    expect(genes.occurrences[0]).toBe(fives.length);
    const mean = fives.reduce((sum, i) => sum + found.probabilities[2 * i], 0) / fives.length;
    expect(genes.probabilities[0]).toBeCloseTo(mean, 6);
  });
});

describe('the checkpoint of a gene classifier', () => {
  test('keeps labels and head, and has the architecture of a token classifier', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'geneformer-tokens-'));
    const model = newModel();
    await model.savePretrained(folder);
    const again = await BertForTokenClassification.fromPretrained(folder);
    expect(again.labels).toEqual(names);
    expect(await again.parameters.read()).toEqual(await model.parameters.read());
    await expect(BertForSequenceClassification.fromPretrained(folder)).rejects.toThrow('give the class names');
  });

  test('can start from the encoder of a pretrained model or a cell classifier, with a new head', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'geneformer-tokens-'));
    for (const below of [
      BertForMaskedLM.fromConfig(config, { seed: 3 }),
      BertForSequenceClassification.fromConfig(config, { labels: ['x', 'y', 'z'], seed: 3 }),
    ]) {
      await below.savePretrained(folder);
      await expect(BertForTokenClassification.fromPretrained(folder)).rejects.toThrow('give the class names');
      const model = await BertForTokenClassification.fromPretrained(folder, { labels: names });
      const [lower, upper] = [await below.parameters.read(), await model.parameters.read()];
      const name = 'bert.encoder.layer.1.output.dense.weight';
      expect(upper.get(name)).toEqual(lower.get(name));
      expect(upper.get('classifier.weight')).toHaveLength(2 * config.hidden_size);
    }
  });
});
