/**
 * The same hyper-parameters in both sides' words. Trees and rounds are few so that the whole benchmark takes minutes: 100 trees on the
 * small problem and 50 on the large one, 10 rounds of boosting, and logistic regression until it converges. Penalties of logistic
 * regression are those at which it does; the small problem also shows scikit-learn's default.
 */
const forest = (trees) => ({
  model: 'forest',
  ours: { model: 'random-forest', nEstimators: trees, randomState: 0 },
  peer: { n_estimators: trees, random_state: 0 },
});
const boosting = (rounds) => ({
  model: 'boosting',
  ours: { model: 'gradient-boosting', nEstimators: rounds, maxDepth: 6, learningRate: 0.3, maxBin: 256 },
  peer: { n_estimators: rounds, max_depth: 6, learning_rate: 0.3, max_bin: 256, tree_method: 'hist' },
});
const logistic = (C) => ({
  model: 'logistic',
  ours: { model: 'logistic-regression', C, tol: 1e-4, maxIter: 1000 },
  peer: { C, tol: 1e-4, max_iter: 1000 },
});

/**
 * Repeats are fits in one process, the first of which is not timed. `layouts` are the forms of the features that the peer is tried on, of
 * which its faster one counts; a forest on sparse features takes scikit-learn twice as long, so the large one is only dense.
 */
export const rows = [
  { name: 'pbmc3k-forest-100', problem: 'pbmc3k', repeats: 6, layouts: ['dense', 'sparse'], ...forest(100) },
  { name: 'pbmc3k-boosting-10', problem: 'pbmc3k', repeats: 3, layouts: ['dense', 'sparse'], ...boosting(10) },
  { name: 'pbmc3k-logistic-C1', problem: 'pbmc3k', repeats: 2, layouts: ['dense', 'sparse'], ...logistic(1) },
  { name: 'synthetic-forest-50', problem: 'synthetic', repeats: 2, layouts: ['dense'], ...forest(50) },
  { name: 'synthetic-boosting-10', problem: 'synthetic', repeats: 1, layouts: ['dense', 'sparse'], ...boosting(10) },
  {
    name: 'synthetic-logistic-C0.001',
    problem: 'synthetic',
    repeats: 2,
    layouts: ['dense', 'sparse'],
    ...logistic(0.001),
  },
];

/** The models whose accuracy is compared; `seeded`: whether a seed changes it. */
export const accuracyModels = [
  { name: 'forest of 100 trees', seeded: true, ...forest(100) },
  { name: 'boosting, 10 rounds', ...boosting(10) },
  {
    name: 'boosting, 10 rounds, base score 0.5',
    model: 'boosting',
    ours: { ...boosting(10).ours, baseScore: 0.5 },
    peer: { ...boosting(10).peer, base_score: 0.5 },
  },
  { name: 'boosting, 50 rounds', ...boosting(50) },
  { name: 'logistic regression, C = 1', ...logistic(1) },
];
