/** The same hyper-parameters in both sides' words. Trees and rounds are few so that the whole benchmark takes minutes. */
export const settings = {
  forest: {
    ours: { model: 'random-forest', nEstimators: 100, seed: 0 },
    peer: { n_estimators: 100, random_state: 0 },
  },
  boosting: {
    ours: { model: 'gradient-boosting', nEstimators: 10, maxDepth: 6, learningRate: 0.3, maxBins: 256 },
    peer: { n_estimators: 10, max_depth: 6, learning_rate: 0.3, max_bin: 256, tree_method: 'hist' },
  },
  logistic: {
    ours: { model: 'logistic-regression', C: 1, tol: 1e-4, maxIter: 1000 },
    peer: { C: 1.0, tol: 1e-4, max_iter: 1000 },
  },
};
