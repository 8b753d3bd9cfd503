import { reportPage } from '../report/report-page.js';
import { samples } from './samples.js';

const names = [
  'Geneformer, pretrained',
  'Geneformer, not pretrained',
  'Logistic regression on ranks',
  'Majority class',
];
const metrics = ['Accuracy', 'Macro F1', 'ROC AUC'];

/** Returns a report with every part: long names, wide tables, figures, and lists. The numbers are made up. */
export function sampleReport(): string {
  return reportPage({
    title: 'Cell classification',
    subtitle: 'cell:embedded. Made-up numbers for testing the page.',
    question:
      'Does a transformer distinguish the cell types of held-out donors, and does it outperform classical classifiers?',
    answer: [
      'Pretraining did not improve macro F1 measurably: difference −0.001, 95 % interval −0.013 to 0.011.',
      'Logistic regression outperformed the transformer: difference −0.031, 95 % interval −0.045 to −0.017.',
    ],
    simulated: true,
    data: ['in-silico-thymus-of-a-very-long-name-without-any-space-in-it-at-all, 6,200 cells, 2,000 genes.'],
    protocol: 'Five folds, none of which shares a donor.',
    results: {
      metrics,
      models: names.map((name, i) => ({
        name,
        measured: Object.fromEntries(
          metrics.map((metric, j) => [
            metric,
            { mean: 0.95 - 0.1 * i + 0.01 * j, interval: [0.94 - 0.1 * i, 0.96 - 0.1 * i] },
          ]),
        ),
        ...(i === 0 && { published: { Accuracy: { value: 0.9633, source: 'a paper' } } }),
      })),
      note: 'Brackets: 95 % intervals.',
    },
    tables: [
      {
        title: 'Does the first model differ from the other models, on the same cells and in the same folds?',
        columns: [
          'Compared with',
          'Only one correct: first, other',
          'McNemar',
          'AUC, DeLong',
          'AUC over folds',
          'Accuracy',
        ],
        rows: names.slice(1).map((name) => [name, '31, 42', 'p 0.243', '−0.002', 'p 0.871', '+0.013']),
        note: 'Two-sided p-values.',
      },
    ],
    figures: Object.entries(samples).map(([name, draw], i) => ({
      name: `figure${i + 2}_${name.replaceAll('-', '_')}`,
      svg: draw(),
      caption: 'Dots are estimates, lines are their 95 % intervals.',
    })),
    provenance: { simulated: ['every number'], real: [] },
    rerun: [{ command: 'npx nx run reproduce:cell:embedded --a-long-option=with-a-long-value', note: 'runs it again' }],
    environment: { node: 'v20.20.2', commit: '0123456789abcdef0123456789abcdef01234567' },
  });
}
