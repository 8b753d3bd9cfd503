import { createHash } from 'node:crypto';
import { below, randomStream } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import { createClassifier, type ClassifierSpec } from './selection/create-classifier.js';

const random = randomStream(2, 0);
const [rows, cols, classes] = [90, 12, 3];
const y = Int32Array.from({ length: rows }, (_, row) => row % classes);
const data = Float32Array.from({ length: rows * cols }, (_, i) =>
  below(random, 3) === 0 ? 0 : below(random, 50) / 10 + (i % cols === y[Math.floor(i / cols)] ? 2 : 0),
);
const X = { rows, cols, data };
const digest = (values: Float32Array | Float64Array) =>
  createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex').slice(0, 8);

/** Digests recorded once; they detect a version of Node whose results differ in any bit. */
const recorded: [ClassifierSpec, string][] = [
  [{ model: 'random-forest', nEstimators: 10 }, '0729d9ca'],
  [{ model: 'gradient-boosting', nEstimators: 5, subsample: 0.7 }, '623035bc'],
  [{ model: 'logistic-regression', maxIter: 40 }, '37c845ea'],
  [{ model: 'logistic-regression', maxIter: 40, penalty: 'l1' }, '415a55de'],
  [{ model: 'linear-svm', maxIter: 40 }, 'bfe0c5ef'],
];

test.each(recorded)('%j gives the same bits in every supported version of Node', async (spec, expected) => {
  const model = (await createClassifier(spec)).fit(X, y, classes);
  expect(digest(model.predictProba(X))).toBe(expected);
});
