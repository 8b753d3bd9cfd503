import { describe, expect, test } from '@jest/globals';
import { rocAuc } from '@geneformer-ts/eval';
import { geneBaselineParams } from '../stages/gene.params.js';
import { baselineFold } from './baseline-folds.js';
import { geneFeatures } from './features.js';
import { shownGenes } from './gene-folds.js';
import { partitionGenes } from './study-genes.js';
import { plantedMatrices, plantedSplit } from './testing/planted-genes.js';

const split = plantedSplit();
const matrices = plantedMatrices(split);
const params = geneBaselineParams.parse({
  label: 'x',
  estimator: 'logistic-regression',
  C: [0.001, 0.1],
  classWeight: 'balanced',
  learning: { kind: 'supervised' },
  features: 'levels',
  coverage: [1],
  randomState: 0,
});

describe('a fold of genes', () => {
  test('predicts exactly its own genes, and detects a class that is visible in the features', async () => {
    for (let fold = 0; fold < split.nFolds; fold++) {
      const found = await baselineFold(params, split, matrices, fold, 1);
      expect(found.cellIds).toEqual(partitionGenes(split, fold).test.map((gene) => split.ids[gene]));
      expect(rocAuc(found.truth, found.probabilities, 2)).toBeGreaterThan(0.9);
    }
  });

  test('keeps the labels of the same share of each class, and contains every smaller share', () => {
    const { train } = partitionGenes(split, 0);
    const half = shownGenes(split, train, 0.5, 'seed');
    const quarter = shownGenes(split, train, 0.25, 'seed');
    expect(half.filter((gene) => split.labels[gene] === 0)).toHaveLength(8);
    expect(half.filter((gene) => split.labels[gene] === 1)).toHaveLength(8);
    expect(half).toEqual(expect.arrayContaining(quarter));
    expect(shownGenes(split, train, 1, 'seed')).toEqual(train);
  });
});

describe('features of a gene', () => {
  const tiny = {
    levels: { rows: 2, cols: 4, data: Float32Array.of(0, 2, 4, 0, 1, 1, 1, 1) },
    ranks: { rows: 2, cols: 4, data: Float32Array.of(0, 0.5, 1, 0, 0, 0, 0, 0) },
  };

  test('are the detection rate, the mean level, the mean level where detected, and the same for ranks', () => {
    const { data } = geneFeatures(tiny, 'simple', [0, 1, 2, 3]);
    expect([...data.subarray(0, 6)]).toEqual([0.5, 1.5, 3, 0.5, 0.375, 0.75]);
    expect([...data.subarray(6)]).toEqual([1, 1, 1, 0, 0, 0]);
  });

  test('in cells have mean 0 and standard deviation 1, or are all 0 where the gene does not vary', () => {
    const { data, cols } = geneFeatures(tiny, 'levels', [1, 2, 3]);
    const own = [...data.subarray(0, cols)];
    expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
    expect(own.reduce((sum, value) => sum + value * value, 0) / cols).toBeCloseTo(1, 6);
    expect([...data.subarray(cols)]).toEqual([0, 0, 0]);
  });
});
