/** Cells that are tested tell a classical classifier nothing: neither which genes vary, nor their scales, nor a class. */
import { describe, expect, test } from '@jest/globals';
import {
  highlyVariableGenes,
  selectColumns,
  selectRows,
  StandardScaler,
  type CsrMatrix,
} from '@geneformer-ts/baselines';
import { foldFeatures } from '../data/features.js';
import { makeClassifier } from '../data/make-classifier.js';
import { cellRandom } from './cell-random.js';
import { baselineParams, type ClassifierParams, type FeatureParams } from '../stages/baseline.params.js';

const [cells, genes] = [60, 40];
const everyCell = Int32Array.from({ length: cells }, (_, cell) => cell);
const train = everyCell.filter((cell) => cell % 3 !== 0);
const [first, ...others] = everyCell.filter((cell) => cell % 3 === 0);
const labels = train.map((cell) => cell % 2);

/** Genes of the first tenth follow the class; `strange` cells have other genes, and much of them. */
function counts(strange: readonly number[]): CsrMatrix {
  const random = cellRandom('counts');
  const data = Float32Array.from({ length: cells * genes }, (_, at) => {
    const [cell, gene] = [Math.floor(at / genes), at % genes];
    const level = random() + (gene < genes / 10 && cell % 2 === 1 ? 0.4 : 0);
    return strange.includes(cell) ? 20 * ((gene * 7 + cell) % 5) : level;
  });
  return {
    rows: cells,
    cols: genes,
    indptr: Int32Array.from({ length: cells + 1 }, (_, cell) => cell * genes),
    indices: Int32Array.from(data, (_, at) => at % genes),
    data,
  };
}

type Features = typeof foldFeatures;

/** Chooses genes and scales on all cells, as is done by mistake. */
const leakyFeatures: Features = (all, params, trained, tested) => {
  const chosen =
    params.kind === 'log1p' && params.highlyVariable !== undefined
      ? selectColumns(all, highlyVariableGenes(all, params.highlyVariable))
      : all;
  const scaler = new StandardScaler().fit(chosen);
  const of = (rows: Int32Array) =>
    params.scale ? scaler.transform(selectRows(chosen, rows)) : selectRows(chosen, rows);
  return { trainX: of(trained), testX: of(tested) };
};

/** Whether what is said of the first tested cell changes when the other tested ones do. */
async function tells(features: Features, kind: FeatureParams, classifier: ClassifierParams): Promise<boolean> {
  const [before, after] = await Promise.all(
    [[], others].map(async (strange) => {
      const { trainX, testX } = features(counts(strange), kind, train, Int32Array.of(first, ...others));
      const model = await makeClassifier(classifier, () => undefined);
      model.fit(trainX, labels, 2);
      return model.predictProba(testX)[0];
    }),
  );
  return before !== after;
}

const kinds: Record<string, FeatureParams> = {
  'variable genes': { kind: 'log1p', highlyVariable: 10, scale: false },
  'scaled levels': { kind: 'log1p', scale: true },
  'scaled ranks': { kind: 'ranks', scale: true },
};
const classifiers = [
  { estimator: 'logistic-regression', C: 1 },
  { estimator: 'linear-svm', C: 1 },
  { estimator: 'random-forest', trees: 5 },
  { estimator: 'gradient-boosting', rounds: 5, learningRate: 0.3, maxDepth: 3 },
].map((own) => baselineParams.parse({ label: 'x', features: { kind: 'ranks', scale: false }, seed: 0, ...own }));
const [logistic] = classifiers;

describe.each(Object.entries(kinds))('%s', (_name, kind) => {
  test.each(classifiers)('a $estimator says the same of a cell whatever the other tested cells are', async (one) => {
    expect(await tells(foldFeatures, kind, one)).toBe(false);
  });

  test('and choosing or scaling on all cells would be noticed', async () => {
    expect(await tells(leakyFeatures, kind, logistic)).toBe(true);
  });
});
