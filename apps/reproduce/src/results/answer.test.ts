import { describe, expect, test } from '@jest/globals';
import { answer, type Answered } from './answer.js';

const asked: Answered = {
  metric: 'macro F1',
  model: { label: 'Geneformer', score: { mean: 0.928, ci95: [0.915, 0.94] } },
  testedOn: 'held-out simulated cells',
  unpretrained: { label: 'Geneformer, not pretrained', difference: -0.0012, interval: [-0.013, 0.011] },
  classical: [
    { label: 'Logistic regression', difference: -0.031, interval: [-0.045, -0.017] },
    { label: 'Linear SVM', difference: -0.02, interval: [-0.03, -0.01] },
    { label: 'Random forest', difference: 0.05, interval: [0.03, 0.07] },
    { label: 'Gradient boosting', difference: 0.01, interval: [-0.01, 0.03] },
  ],
  comparisons: 5,
};

describe('the answer of an experiment', () => {
  test('has two sentences with differences and intervals', () => {
    expect(answer(asked)).toEqual([
      'Geneformer reaches macro F1 0.928 (95 % interval 0.915 to 0.940) on held-out simulated cells, not measurably different from Geneformer, not pretrained: difference −0.001, 95 % interval −0.013 to +0.011, corrected for 5 comparisons.',
      'Of 4 classical classifiers, 2 outperformed Geneformer (largest difference: Logistic regression, −0.031, 95 % interval −0.045 to −0.017), 1 performed worse than Geneformer (Random forest, +0.050, 95 % interval +0.030 to +0.070), and 1 did not differ from Geneformer measurably (Gradient boosting, +0.010, 95 % interval −0.010 to +0.030).',
    ]);
  });

  test.each<[verdict: string, interval: [number, number]]>([
    ['better than Geneformer, not pretrained:', [0.001, 0.2]],
    ['worse than Geneformer, not pretrained:', [-0.2, -0.001]],
    ['not measurably different from Geneformer, not pretrained:', [-0.2, 0.2]],
    ['not measurably different from Geneformer, not pretrained:', [0, 0.2]],
  ])('%s an interval of %j', (verdict, interval) => {
    expect(answer({ ...asked, unpretrained: { ...asked.unpretrained!, interval } })[0]).toContain(verdict);
  });

  test('says nothing of models that were not compared', () => {
    expect(answer({ ...asked, unpretrained: undefined, classical: [] })).toEqual([
      'Geneformer reaches macro F1 0.928 (95 % interval 0.915 to 0.940) on held-out simulated cells.',
    ]);
  });
});
