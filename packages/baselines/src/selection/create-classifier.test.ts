import { describe, expect, test } from '@jest/globals';
import { accuracy } from '@geneformer-ts/eval';
import { createClassifier, type ClassifierSpec } from './create-classifier.js';
import { datasets } from '../testing/datasets.js';

const clouds = datasets[2];

describe('createClassifier', () => {
  test.each<[ClassifierSpec, number]>([
    [{ model: 'majority' }, 0.2],
    [{ model: 'logistic-regression' }, 0.7],
    [{ model: 'k-neighbors', nNeighbors: 15 }, 0.7],
    [{ model: 'linear-svm' }, 0.7],
    [{ model: 'kernel-svm' }, 0.7],
    [{ model: 'linear-svm', engine: 'mljs', C: 0.1, tol: 0.01 }, 0.7],
    [{ model: 'random-forest', nEstimators: 20 }, 0.7],
    [{ model: 'random-forest', engine: 'mljs', nEstimators: 10, maxFeatures: 5 }, 0.55],
    [{ model: 'gradient-boosting', nEstimators: 20 }, 0.7],
  ])('%j learns', async (spec, floor) => {
    const model = (await createClassifier(spec)).fit(clouds.train.X, clouds.train.y, 5);
    expect(accuracy(clouds.test.y, model.predict(clouds.test.X))).toBeGreaterThan(floor);
    const probabilities = model.predictProba(clouds.test.X);
    for (let row = 0; row < clouds.test.X.rows; row++) {
      const ofRow = probabilities.subarray(row * 5, row * 5 + 5);
      expect(ofRow.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
  });

  test('an error for an unknown model lists the models', async () => {
    const spec = { model: 'perceptron' } as unknown as ClassifierSpec;
    await expect(createClassifier(spec)).rejects.toThrow(
      'model: "perceptron" is not valid; use majority, detection-rate',
    );
  });

  test('an error of another library is reported in one line', async () => {
    const svm = await createClassifier({ model: 'linear-svm', engine: 'mljs', maxIter: 1 });
    expect(() => svm.fit(clouds.train.X, clouds.train.y, 4)).toThrow(
      "ml-svm: failed (max iterations reached); use engine 'native', or fewer or scaled features",
    );
  });
});
