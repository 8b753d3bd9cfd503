import { expect, test } from '@jest/globals';
import { formatLosses, type Losses } from './losses.js';

const losses: Losses = {
  schema: 1,
  experiment: 'pretrain',
  profile: 'profiles',
  title: 'Masked-gene pretraining',
  corpus: {
    id: 'means',
    source: 'somebody',
    cells: 1200,
    drawn: 1100,
    measured: 100,
    trainCells: 1140,
    heldOutCells: 60,
  },
  parameters: 1_234_567,
  steps: 321,
  seconds: 59.6,
  predictors: [
    { name: 'Geneformer', loss: 7.1234, reads: 'the other genes' },
    { name: 'Rank alone', loss: 8.5, reads: 'how often each gene has about this rank' },
  ],
  environment: { node: '', backend: '', device: '', cpu: '', threads: 2, commit: '' },
};

test('the table lists drawn and measured cells and the losses of all predictors', () => {
  const text = formatLosses(losses);
  expect(text).toContain('1,100 cells drawn from real mean profiles, 100 measured cells; no labels are read');
  expect(text).toContain('1,234,567 parameters, 321 updates, 60 s');
  expect(text).toMatch(/^Geneformer +7\.123 +the other genes$/m);
  expect(text).toMatch(/^Rank alone +8\.500 /m);
});
