import type { ReportTable } from '@geneformer-ts/viz';
import type { ModelMetrics } from '../results/metrics.js';

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
