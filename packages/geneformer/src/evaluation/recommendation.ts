import type { VectorScores } from './compare-vectors.js';

/** Scores of the vectors of a model, of principal components, and with batches of components that Harmony corrected. */
export interface Methods {
  geneformer: VectorScores;
  pca: VectorScores;
  harmony?: VectorScores;
}

/** Headings of a table of scores, in its order. */
export const columnNames: Readonly<Record<keyof Methods, string>> = {
  geneformer: 'Geneformer',
  pca: 'PCA',
  harmony: 'Harmony',
};

const names: Readonly<Record<keyof Methods, string>> = {
  geneformer: 'the vectors of the model',
  pca: 'principal components',
  harmony: 'principal components corrected by Harmony',
};

/** Returns one number for all scores, with scIB's weights of biology (0.6) and batches (0.4). */
export function overallScore(scores: VectorScores): number {
  const biology = mean([scores.knnAccuracy, scores.probeAccuracy, scores.silhouetteLabel, scores.ari, scores.nmi]);
  const mixing = [scores.silhouetteBatch, scores.ilisi, scores.graphConnectivity].filter(
    (score) => score !== undefined,
  );
  return mixing.length === 0 ? biology : 0.6 * biology + 0.4 * mean(mixing);
}

/**
 * Says in one sentence which vectors to use. A difference that is small for the number of cells does not count, and then
 * the simpler vectors are recommended.
 *
 * @param cells number of cells that were scored
 */
export function recommendation(methods: Methods, cells: number): string {
  // From the simplest: the model needs the most time.
  const order = (['pca', 'harmony', 'geneformer'] as const).filter((name) => methods[name] !== undefined);
  const overall = order.map((name) => overallScore(methods[name] as VectorScores));
  const most = Math.max(...overall);
  const margin = 2 / Math.sqrt(cells);
  const close = order.filter((_, at) => most - overall[at] < margin);
  const [chosen] = close;
  const summary = (Object.keys(columnNames) as (keyof Methods)[])
    .filter((name) => order.includes(name))
    .map((name) => `${columnNames[name]} ${overall[order.indexOf(name)].toFixed(3)}`)
    .join(', ');
  if (close.length === 1) return `Use ${names[chosen]}: they are the best on these cells (overall: ${summary}).`;
  const others = close.slice(1).map((name) => names[name]);
  return `Use ${names[chosen]}: ${others.join(' and ')} are not clearly better on these cells (overall: ${summary}).`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
