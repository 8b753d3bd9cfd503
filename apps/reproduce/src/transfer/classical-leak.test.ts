/** Test cells must not influence a classical classifier: neither the choice of variable genes, nor their scales, nor the classes. */
import { describe, expect, test } from '@jest/globals';
import {
  highlyVariableGenes,
  selectColumns,
  selectRows,
  StandardScaler,
  type CsrMatrix,
} from '@geneformer-ts/baselines';
import { foldFeatures } from '../data/features.js';
import { makeClassifier } from '../data/classifiers.js';
import { cellRandom } from './disturb.js';
import { baselineParams, type ClassifierParams, type FeatureParams } from '../stages/baseline.params.js';

const [cells, genes] = [60, 40];
const everyCell = Int32Array.from({ length: cells }, (_, cell) => cell);
const train = everyCell.filter((cell) => cell % 3 !== 0);
const [first, ...others] = everyCell.filter((cell) => cell % 3 === 0);
const labels = train.map((cell) => cell % 2);

/** The first tenth of the genes follows the class; `strange` cells express other genes, at high levels. */
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

/** Chooses genes and scales on all cells: a common mistake. */
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

/** Returns whether the prediction of the first test cell changes when the other test cells do. */
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
  { estimator: 'random-forest', nEstimators: 5 },
  { estimator: 'gradient-boosting', nEstimators: 5, learningRate: 0.3, maxDepth: 3 },
].map((own) => baselineParams.parse({ label: 'x', features: { kind: 'ranks', scale: false }, randomState: 0, ...own }));
const [logistic] = classifiers;

describe.each(Object.entries(kinds))('%s', (_name, kind) => {
  test.each(classifiers)('the prediction of a $estimator does not depend on the other test cells', async (one) => {
    expect(await tells(foldFeatures, kind, one)).toBe(false);
  });

  test('this test detects genes chosen or scaled on all cells', async () => {
    expect(await tells(leakyFeatures, kind, logistic)).toBe(true);
  });
});
