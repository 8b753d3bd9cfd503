import { below, randomStream } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import { createClassifier, type ClassifierSpec } from '../selection/create-classifier.js';

const [rows, cols, classes] = [600, 70, 5];
const random = randomStream(1, 0);
const y = Int32Array.from({ length: rows }, () => below(random, classes));
const data = new Float32Array(rows * cols);
for (let i = 0; i < data.length; i++) {
  const isMarker = i % cols === y[Math.floor(i / cols)];
  data[i] = below(random, 3) ? 0 : below(random, 100) + (isMarker ? 60 : 0);
}
const X = { rows, cols, data };

const specs: ClassifierSpec[] = [
  { model: 'random-forest', nEstimators: 12 },
  { model: 'gradient-boosting', nEstimators: 4, subsample: 0.7, colsampleBytree: 0.6 },
  { model: 'logistic-regression', maxIter: 40 },
  { model: 'logistic-regression', maxIter: 40, penalty: 'l1' },
  { model: 'linear-svm', maxIter: 60 },
];

test.each(specs)('%j gives the same bits with 1, 2, 3 and 5 threads', async (spec) => {
  const [singleThreaded, ...threaded] = await Promise.all(
    [1, 2, 3, 5].map(async (nJobs) => {
      const model = await createClassifier({ ...spec, nJobs } as ClassifierSpec);
      return model.fit(X, y, classes).predictProba(X);
    }),
  );
  for (const probabilities of threaded) expect(probabilities).toEqual(singleThreaded);
});
