/** The test genes of a fold must not influence its model, neither by their labels nor by their features. */
import { describe, expect, test } from '@jest/globals';
import { geneBaselineParams, type GeneBaselineParams } from '../stages/gene.params.js';
import { baselineFold } from './baseline-folds.js';
import type { GeneMatrices } from './features.js';
import { assertUnseen, type GeneSplit, partitionGenes } from './study-genes.js';
import { plantedMatrices, plantedSplit } from './testing/planted-genes.js';

const split = plantedSplit();
const matrices = plantedMatrices(split);
const common = { label: 'x', randomState: 0, coverage: [1] };
const supervised = { learning: { kind: 'supervised' } };
const selfTraining = { learning: { kind: 'self-training', threshold: 0.6 } };
const baselines: Record<string, GeneBaselineParams> = Object.fromEntries(
  Object.entries({
    'logistic regression, tuned': { estimator: 'logistic-regression', C: [0.001, 1], classWeight: null, ...supervised },
    'linear SVM, tuned': { estimator: 'linear-svm', C: [0.001, 1], classWeight: 'balanced', ...supervised },
    'random forest': { estimator: 'random-forest', nEstimators: 5, classWeight: null, ...supervised },
    'gradient boosting': {
      estimator: 'gradient-boosting',
      nEstimators: 5,
      learningRate: 0.3,
      maxDepth: 2,
      ...supervised,
    },
    'self-training': { estimator: 'logistic-regression', C: 0.1, classWeight: null, ...selfTraining },
    'label propagation': { estimator: 'label-propagation', nNeighbors: 5 },
    'label spreading': { estimator: 'label-spreading', nNeighbors: [3, 5], alpha: 0.2 },
  }).flatMap(([name, own]) =>
    ['simple', 'levels', 'ranks'].map((features) => [
      `${name}, ${features}`,
      geneBaselineParams.parse({ ...common, ...own, features }),
    ]),
  ),
);

type Fold = (params: GeneBaselineParams, split: GeneSplit, matrices: GeneMatrices, fold: number) => Promise<number[]>;

/** Returns whether the prediction of the first test gene changes when features and labels of all other test genes change. */
async function changesWithTestGenes(run: Fold, params: GeneBaselineParams): Promise<boolean> {
  const { test: tested } = partitionGenes(split, 0);
  const others = new Set(tested.slice(1));
  const scrambled = (matrix: GeneMatrices['levels']) => ({
    ...matrix,
    data: matrix.data.map((value, at) => (others.has(Math.floor(at / matrix.cols)) ? 9 - 7 * value : value)),
  });
  const before = await run(params, split, matrices, 0);
  const after = await run(
    params,
    { ...split, labels: split.labels.map((label, gene) => (others.has(gene) ? 1 - label : label)) },
    { levels: scrambled(matrices.levels), ranks: scrambled(matrices.ranks) },
    0,
  );
  return before[1] !== after[1];
}

const honest: Fold = async (...args) => [...(await baselineFold(...args, 1)).probabilities];

/** The same fold with a planted leak: copies of its test genes under other names, with or without labels, which the check by name misses. */
const leaky =
  (labeled: boolean): Fold =>
  (params, given, all, fold) => {
    const { test: tested } = partitionGenes(given, fold);
    const names = tested.map((gene) => `copy of ${gene}`);
    const rows = [...given.ids.keys(), ...tested];
    const take = (matrix: GeneMatrices['levels']) => ({
      rows: rows.length,
      cols: matrix.cols,
      data: Float32Array.from(
        rows.flatMap((row) => [...matrix.data.subarray(row * matrix.cols, (row + 1) * matrix.cols)]),
      ),
    });
    const planted: GeneSplit = labeled
      ? {
          ...given,
          ids: [...given.ids, ...names],
          labels: [...given.labels, ...tested.map((gene) => given.labels[gene])],
          folds: [...given.folds, ...tested.map(() => -1)],
          unlabeled: { ids: [], tokens: [] },
        }
      : { ...given, unlabeled: { ids: names, tokens: tested.map((gene) => gene + 2) } };
    return honest(params, planted, { levels: take(all.levels), ranks: take(all.ranks) }, fold);
  };

describe('the prediction of a test gene does not depend on the other test genes', () => {
  test.each(Object.entries(baselines))('%s', async (_name, params) => {
    expect(await changesWithTestGenes(honest, params)).toBe(false);
  });

  test.each([
    ['labels', true, 'logistic regression, tuned, levels'],
    ['labels', true, 'gradient boosting, levels'],
    ['features without labels', false, 'self-training, levels'],
  ])('this test detects a leak of %s (%s, %s)', async (_what, labeled, name) => {
    expect(await changesWithTestGenes(leaky(labeled), baselines[name])).toBe(true);
  });
});

describe('held-out cells', () => {
  const folds = split.cells.rows.map((cell) => cell % 5);
  /** Returns the matrix with changed values in the cells that the fold holds out. */
  const scrambled = (matrix: GeneMatrices['levels'], fold: number) => ({
    ...matrix,
    data: matrix.data.map((value, at) => (folds[at % matrix.cols] === fold ? 9 - 7 * value : value)),
  });
  const changes = async (cells: GeneSplit['cells'], params: GeneBaselineParams): Promise<boolean> => {
    const other = { levels: scrambled(matrices.levels, 0), ranks: scrambled(matrices.ranks, 0) };
    const before = await honest(params, { ...split, cells }, matrices, 0);
    const after = await honest(params, { ...split, cells }, other, 0);
    return before.some((value, at) => value !== after[at]);
  };

  test.each(['simple', 'levels', 'ranks'])('do not influence %s features, but shared cells do', async (kind) => {
    const params = baselines[`logistic regression, tuned, ${kind}`];
    expect(await changes({ ...split.cells, folds }, params)).toBe(false);
    expect(await changes(split.cells, params)).toBe(true);
  });
});

describe('the check that stops a run', () => {
  test('names the fold and the genes that leaked', () => {
    expect(() => assertUnseen(['A', 'B', 'C'], ['B', 'D'], 'fold 3')).toThrow(
      /^fold 3: 1 tested genes are also in the training data \(B\)/,
    );
  });

  test('stops a fold that splits a group of genes', async () => {
    const groups = split.ids.map((_, gene) => `pair ${Math.floor(gene / 2)}`);
    const whole = { ...split, groups };
    const { test: tested, train } = partitionGenes(split, 0);
    await expect(baselineFold(baselines['random forest, levels'], whole, matrices, 0, 1)).resolves.toMatchObject({
      groups: tested.map((gene) => groups[gene]),
    });
    const parted = { ...split, groups: groups.map((name, gene) => (gene === train[0] ? groups[tested[0]] : name)) };
    await expect(baselineFold(baselines['random forest, levels'], parted, matrices, 0, 1)).rejects.toThrow(
      'fold 1: 1 tested groups of genes are also in the training data (pair 0); remove them from it',
    );
  });

  test('stops a fold whose unlabeled genes contain a test gene', async () => {
    const { test: tested } = partitionGenes(split, 0);
    const planted = { ...split, unlabeled: { ...split.unlabeled, ids: [...split.unlabeled.ids] } };
    planted.unlabeled.ids[0] = split.ids[tested[0]]!;
    await expect(baselineFold(baselines['label propagation, levels'], planted, matrices, 0, 1)).rejects.toMatchObject({
      tag: 'LeakError',
    });
  });
});
