import type { ReportTable } from '@geneformer-ts/viz';
import type { Comparison } from '../results/comparisons.js';

/** The first model against each of the others, by several tests, as a table of the report. */
export function comparisonTable(
  { models, comparisons }: { models: readonly { name: string; label: string }[]; comparisons: readonly Comparison[] },
  rows: 'genes' | 'cells',
  caveat = '',
): ReportTable {
  const labelOf = (name: string): string => models.find((model) => model.name === name)?.label ?? name;
  const areas = comparisons.some(({ deLong }) => deLong);
  return {
    title: `Is ${labelOf(comparisons[0]?.reference ?? '')} different?`,
    columns: [
      'Against',
      'Right alone: it, the other',
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
    note: `Two-sided p-values; in brackets those adjusted over all rows by Holm. ${
      areas
        ? `DeLong compares areas over all ${rows} after replacing the scores of each fold by their ranks in it; over`
        : 'Over'
    } folds the test is the corrected t-test of Nadeau and Bengio. Differences are the first model less the other.${caveat}`,
  };
}

/** `metrics.json` holds null where there is no number. */
type Written = number | null;

function test({ difference, pValue, holm }: { difference: Written; pValue: Written; holm: Written }): string {
  if (difference === null) return 'not defined';
  return `${signed(difference)}, p ${probability(pValue)} (${probability(holm)})`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function probability(value: Written): string {
  if (value === null) return 'not defined';
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}
