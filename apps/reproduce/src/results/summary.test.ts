import { expect, test } from '@jest/globals';
import type { Metrics } from './metrics.js';
import { formatSummary } from './summary.js';

const estimate = (mean: number) => ({ mean, ci95: [mean - 0.02, mean + 0.01] as [number, number] });
const metrics: Metrics = {
  schema: 1,
  experiment: 'cell',
  profile: 'embedded',
  dataset: {
    id: 'in silico thymus',
    source: 'simulated',
    synthetic: true,
    cells: 30,
    genes: 9,
    classes: { cTEC: 10, mTEC: 20 },
    groups: 4,
    sha256: '',
  },
  protocol: { folds: 5, groupBy: 'donor_id', seed: 0, unit: 'cell' },
  models: ['Geneformer', 'Logistic regression on ranks'].map((label) => ({
    name: label.toLowerCase(),
    label,
    family: 'linear',
    accuracy: estimate(0.95),
    macroF1: estimate(0.94),
    rocAuc: estimate(0.98),
    perClassRecall: {},
    confusion: [],
    folds: [],
    seconds: { train: 1, predict: 1 },
  })),
  comparisons: [],
  published: [{ model: 'Geneformer', metric: 'accuracy', value: 0.9633, source: 'the study' }],
  environment: { node: '', backend: '', device: '', cpu: '', threads: 2, commit: '' },
};

test('the summary fits a terminal, marks simulated data, and puts published numbers on separate rows', () => {
  const lines = formatSummary(metrics, 'Cell classification').split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  expect(lines.length).toBeLessThan(24);
  expect(lines.find((line) => line.startsWith('Geneformer '))).toContain('0.950 (0.930–0.960)');
  expect(lines.find((line) => line.startsWith('Geneformer, published'))).toMatch(/0\.963$/);
  expect(lines.join('\n')).toMatch(/SIMULATED data/);
});

test('names from a data file cannot control the terminal, start a line or fill the screen', () => {
  const evil = `T\u001b[2J\u009b31m\nFAKE ${'x'.repeat(100_000)}`;
  const [model] = metrics.models;
  const text = formatSummary(
    {
      ...metrics,
      dataset: { ...metrics.dataset, id: evil, classes: { [evil]: 1, cTEC: 2 } },
      models: [{ ...model, label: evil }],
    },
    evil,
  );
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  expect(text).not.toMatch(/^FAKE/m);
  expect(text.length).toBeLessThan(3000);
  expect(text).toContain('T\\u001b[2J');
});
