/** Tests the fold of a transformer with a model small enough to train in a second. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { useBackend } from '@geneformer-ts/engine';
import { BertForTokenClassification, presetConfig } from '@geneformer-ts/model';
import { finetuneFold, type FoldResult } from './finetune-fold.js';
import { partitionGenes, type GeneSplit } from './study-genes.js';
import { plantedSplit } from './testing/planted-genes.js';

const split = plantedSplit({ genes: 20, cells: 24, unlabeled: 4 });
const vocabularySize = 26;
/** Each cell ranks its own selection of genes; in even and odd cells different classes come first. */
const lists = split.cells.rows.map((cell) =>
  split.tokens.filter((token) => (token * 7 + cell * 3) % 5 !== 0).sort((a, b) => ((a + cell) % 2) - ((b + cell) % 2)),
);
const cells = {
  inputIds: Int32Array.from(lists.flat()),
  offsets: Int32Array.from(lists.reduce((ends, list) => [...ends, ends.at(-1)! + list.length], [0])),
};

beforeAll(() => useBackend('onnx', { threads: 1 }));

async function run(given: GeneSplit, fold = 0): Promise<FoldResult[]> {
  const results: FoldResult[] = [];
  const folds = finetuneFold({
    startingModel: () =>
      Promise.resolve(
        BertForTokenClassification.fromConfig(presetConfig('tiny', vocabularySize), { labels: given.classes, seed: 1 }),
      ),
    split: given,
    cells,
    args: { numTrainEpochs: 1, learningRate: 1e-3, tokensPerBatch: 256, seed: 0 },
    fold,
    shares: [0.5, 1],
    seed: 0,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  for await (const result of folds) results.push(result);
  return results;
}

describe('finetuneFold', () => {
  test('predicts the genes of its fold, per gene and per occurrence, for each share of labels', async () => {
    const { test: tested } = partitionGenes(split, 0);
    const results = await run(split);
    expect(results.map(({ share }) => share)).toEqual([0.5, 1]);
    for (const { genes, occurrences, unseen } of results) {
      expect(genes.cellIds).toEqual(tested.map((gene) => split.ids[gene]));
      expect(unseen).toBe(0);
      const ranked = tested.map((gene) => lists.filter((list) => list.includes(split.tokens[gene])).length);
      expect(occurrences.truth).toHaveLength(ranked.reduce((sum, count) => sum + count, 0));
      const mine = occurrences.cellIds.flatMap((id, row) => (id === genes.cellIds[0] ? [row] : []));
      const mean = mine.reduce((sum, row) => sum + occurrences.probabilities[2 * row + 1], 0) / mine.length;
      expect(genes.probabilities[1]).toBeCloseTo(mean, 5);
    }
  });

  test('does not depend on the labels of the test genes', async () => {
    const { test: tested } = partitionGenes(split, 0);
    const flipped = split.labels.map((label, gene) => (tested.includes(gene) ? 1 - label : label));
    const [, honest] = await run(split);
    const [, other] = await run({ ...split, labels: flipped });
    expect(other.genes.probabilities).toEqual(honest.genes.probabilities);
    expect(other.record.losses).toEqual(honest.record.losses);
  });

  test('stops when a tested gene is in the training data under another name, or when a group is split', async () => {
    const { train, test: tested } = partitionGenes(split, 0);
    const tokens = split.tokens.map((token, gene) => (gene === train[0] ? split.tokens[tested[0]] : token));
    await expect(run({ ...split, tokens })).rejects.toMatchObject({ tag: 'LeakError' });
    const groups = split.ids.map((id, gene) => (gene === train[0] || gene === tested[0] ? 'pair' : id));
    await expect(run({ ...split, groups })).rejects.toThrow(/^fold 1: 1 tested groups of genes .*\(pair\)/);
  });

  test('trains and predicts in different cells when the cells are held out too', async () => {
    const folds = split.cells.rows.map((cell) => cell % 5);
    const [, result] = await run({ ...split, cells: { ...split.cells, folds } }, 2);
    const held = split.cells.ids.filter((_, cell) => cell % 5 === 2);
    expect(new Set(result.occurrences.groups)).toEqual(new Set(held));
    expect(result.record.cells).toBe(split.cells.ids.length - held.length);
  });

  test('predicts the class proportions of training for a gene that no cell ranks', async () => {
    const [gene] = partitionGenes(split, 0).test;
    const tokens = split.tokens.map((token, own) => (own === gene ? vocabularySize - 1 : token));
    const [, result] = await run({ ...split, tokens });
    expect(result.unseen).toBe(1);
    expect([...result.genes.probabilities.subarray(0, 2)]).toEqual([0.5, 0.5]);
  });
});
