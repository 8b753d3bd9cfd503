import { expect, test } from '@jest/globals';
import type { VectorScores } from './compare-vectors.js';
import { overallScore, recommendation } from './recommendation.js';

const scores = (biology: number, mixing?: number): VectorScores => ({
  knnAccuracy: biology,
  probeAccuracy: biology,
  silhouetteLabel: biology,
  ari: biology,
  nmi: biology,
  ...(mixing !== undefined && { silhouetteBatch: mixing, ilisi: mixing, graphConnectivity: mixing }),
});

test('biology has 0.6 of the overall score and batches 0.4, as in scIB', () => {
  expect(overallScore(scores(0.8))).toBeCloseTo(0.8, 12);
  expect(overallScore(scores(0.8, 0.3))).toBeCloseTo(0.6 * 0.8 + 0.4 * 0.3, 12);
});

test.each([
  [
    { geneformer: scores(0.9), pca: scores(0.7) },
    'Use the vectors of the model: they are the best on these cells (overall: Geneformer 0.900, PCA 0.700).',
  ],
  [
    { geneformer: scores(0.7), pca: scores(0.7001) },
    'Use principal components: the vectors of the model are not clearly better on these cells (overall: Geneformer 0.700, PCA 0.700).',
  ],
  [
    { geneformer: scores(0.8, 0.8), pca: scores(0.8, 0.2), harmony: scores(0.8, 0.8) },
    'Use principal components corrected by Harmony: the vectors of the model are not clearly better on these cells (overall: Geneformer 0.800, PCA 0.560, Harmony 0.800).',
  ],
])('the simplest vectors are recommended among those that are about as good', (methods, expected) => {
  expect(recommendation(methods, 1000)).toBe(expected);
});
