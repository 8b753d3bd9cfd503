import type { GeneModelMetrics } from './gene-metrics.js';

/**
 * The models that a figure has room for: every transformer, and of each family of classical classifiers, supervised and
 * semi-supervised apart, the one with the highest area.
 */
export function shownModels(models: readonly GeneModelMetrics[]): GeneModelMetrics[] {
  const best = new Map<string, GeneModelMetrics>();
  for (const model of models) {
    if (model.family === 'transformer' || model.family === 'floor') continue;
    const kind = `${model.family} ${model.learning}`;
    const known = best.get(kind);
    if (!known || model.rocAuc.mean > known.rocAuc.mean) best.set(kind, model);
  }
  return [...models.filter(({ family }) => family === 'transformer'), ...best.values()];
}
