import type { ReportTable } from '@geneformer-ts/viz';
import type { Comparison } from '../results/comparisons.js';
import { METRICS } from '../results/measure.js';
import type { ModelMetrics } from '../results/metrics.js';
import { probability, signed } from '../results/words.js';
import { METRIC_NAMES } from './experiment-page.js';

/** Returns a table of the settings that the tuned classifiers chose in each fold, or no table where nothing was tuned. */
export function settingsTables(models: readonly ModelMetrics[]): ReportTable[] {
  const tuned = models.flatMap(({ label, chosen }) => (chosen ? [{ label, chosen }] : []));
  if (!tuned.length) return [];
  const folds = [...new Set(tuned.flatMap(({ chosen }) => chosen.map(({ fold }) => fold)))].sort((a, b) => a - b);
  return [
    {
      title: 'Chosen settings',
      columns: ['Model', 'Tried', ...folds.map((fold) => `Fold ${fold + 1}`)],
      rows: tuned.map(({ label, chosen }) => [
        label,
        String(Math.max(...chosen.map(({ tried }) => tried))),
        ...folds.map((fold) => describe(chosen.find((one) => one.fold === fold)?.settings)),
      ]),
      note: 'Each fold chooses its own settings, by macro F1 in cross-validation within its training cells; the tested cells are not used.',
    },
  ];
}

function describe(settings: Record<string, number> | undefined): string {
  if (!settings) return 'as in the file';
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** Returns a table of the differences between the first model and each of the others, with simultaneous intervals. */
export function differenceTable({
  models,
  comparisons,
}: {
  models: readonly { name: string; label: string }[];
  comparisons: readonly Comparison[];
}): ReportTable {
  const labelOf = (name: string): string => models.find((model) => model.name === name)?.label ?? name;
  return {
    title: `${labelOf(comparisons[0]?.reference ?? '')} minus each of the other models`,
    columns: ['Other model', ...METRICS.map((metric) => METRIC_NAMES[metric])],
    rows: comparisons.map(({ model, differences }) => [
      labelOf(model),
      ...METRICS.map((metric) => {
        const found = differences[metric];
        if (!found) return 'not defined';
        const [low, high] = found.simultaneous95;
        return `${signed(found.mean)} [${signed(low)}, ${signed(high)}]`;
      }),
    ]),
    note: 'Brackets: simultaneous 95 % intervals. All models are scored on the same resamples, and the intervals of a column contain all true differences together in 95 % of studies (bootstrap max-t). An interval without 0 is a measurable difference.',
  };
}

/** Returns a report table that compares the first model with each of the others, by several tests. */
export function comparisonTable(
  { models, comparisons }: { models: readonly { name: string; label: string }[]; comparisons: readonly Comparison[] },
  rows: 'genes' | 'cells',
  caveat = '',
): ReportTable {
  const labelOf = (name: string): string => models.find((model) => model.name === name)?.label ?? name;
  const areas = comparisons.some(({ deLong }) => deLong);
  return {
    title: `Does ${labelOf(comparisons[0]?.reference ?? '')} differ from the other models?`,
    columns: [
      'Compared with',
      'Only one correct: first, other',
      'McNemar',
      ...(areas ? ['AUC, DeLong'] : []),
      'AUC over folds',
      'Accuracy over folds',
    ],
    rows: comparisons.map(({ model, mcNemar, deLong, foldAuc, foldAccuracy }) => [
      labelOf(model),
      `${mcNemar.onlyReference}, ${mcNemar.onlyModel}`,
      `p ${probability(mcNemar.pValue)} (${probability(mcNemar.holm)})`,
      ...(areas ? [deLong ? test(deLong) : ''] : []),
      test(foldAuc),
      test(foldAccuracy),
    ]),
    note: `Two-sided p-values; in brackets, Holm's adjustment over all rows. ${
      areas
        ? `DeLong compares areas over all ${rows}, with the scores of each fold replaced by their ranks within it. Over`
        : 'Over'
    } folds, the test is the corrected t-test of Nadeau and Bengio. Differences are the first model minus the other.${caveat}`,
  };
}

/** A number as `metrics.json` stores it: null where it is not defined. */
type Written = number | null;

function test({ difference, pValue, holm }: { difference: Written; pValue: Written; holm: Written }): string {
  if (difference === null) return 'not defined';
  return `${signed(difference)}, p ${probability(pValue)} (${probability(holm)})`;
}
