import type { GeneModelMetrics } from './gene-metrics.js';

/**
 * Returns the models to draw: every transformer, and the one with the highest area of each family of classical classifiers. Supervised
 * and semi-supervised classifiers count as separate families.
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
