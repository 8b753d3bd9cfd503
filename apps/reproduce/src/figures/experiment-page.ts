import { reportPage, type ReportResults, type ReportSpec } from '@geneformer-ts/viz';
import { METRICS } from '../results/measure.js';
import type { Environment, Metrics } from '../results/metrics.js';
import type { TaskIdentity } from '../run/stage.js';
import type { PageParams } from '../stages/cell.params.js';
import type { Figure } from './page.js';

export const METRIC_NAMES = { accuracy: 'Accuracy', macroF1: 'Macro F1', rocAuc: 'ROC AUC' } as const;

type OwnParts = Pick<ReportSpec, 'answer' | 'simulated' | 'data' | 'protocol' | 'results' | 'tables' | 'provenance'>;

/** Returns the HTML report of one profile: the parts of its own, and those that are the same for every experiment. */
export function experimentPage(
  { experiment, profile }: TaskIdentity,
  { title, question, description }: PageParams,
  figures: readonly Figure[],
  environment: Environment,
  own: OwnParts,
): string {
  return reportPage({
    title,
    subtitle: `${experiment}:${profile}. ${description}`,
    question,
    ...own,
    figures: figures.map(({ name, svg, reading }) => ({ name, svg, caption: reading })),
    rerun: [
      { command: `npx nx run reproduce:${experiment}:${profile}`, note: 'runs only the stages that have changed' },
      {
        command: `npx nx run reproduce:verify ${experiment}:${profile} <folder>`,
        note: 'compares these results with others',
      },
    ],
    environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
  });
}

/** Returns the table of every model and metric, with the published numbers. */
export function scoresTable({ models, published }: Metrics, note: string): ReportResults {
  return {
    metrics: METRICS.map((metric) => METRIC_NAMES[metric]),
    models: models.map((model) => ({
      name: model.label,
      measured: Object.fromEntries(
        METRICS.map((metric) => [METRIC_NAMES[metric], { mean: model[metric].mean, interval: model[metric].ci95 }]),
      ),
      published: Object.fromEntries(
        published
          .filter((one) => one.model === model.label)
          .toReversed() // of two numbers for one metric, the first is kept
          .map(({ metric, value, source }) => [METRIC_NAMES[metric], { value, source }]),
      ),
    })),
    note,
  };
}
