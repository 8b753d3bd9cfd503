import type { DenseMatrix } from '@geneformer-ts/baselines';
import type { Profiles } from '../data/read-profiles.js';

/** Columns of {@link profileFeatures}. */
const FEATURES = 9;

/**
 * Returns nine simple features of genes, genes × 9, from their mean levels, log(1 + counts per 10,000), in measured profiles: log of the mean,
 * mean, deviation, maximum, median, 90 % quantile, shares of profiles above 0 and above 1, and specificity (tau: 0 where a gene is equally
 * expressed everywhere, 1 where in one profile only).
 *
 * @param genes position of each gene in the table, or -1: features of a gene that is nowhere expressed
 */
export function profileFeatures({ values }: Profiles, genes: readonly number[]): DenseMatrix {
  const scales = values.map(
    (profile) =>
      1e4 /
      Math.max(
        1e-9,
        profile.reduce((sum, value) => sum + value, 0),
      ),
  );
  const data = new Float32Array(genes.length * FEATURES);
  genes.forEach((gene, row) => {
    const levels = Float64Array.from(values, (profile, at) => (gene < 0 ? 0 : Math.log1p(profile[gene] * scales[at])));
    data.set(featuresOf(levels.sort()), row * FEATURES);
  });
  return { rows: genes.length, cols: FEATURES, data };
}

function featuresOf(sorted: Float64Array): number[] {
  const n = sorted.length;
  const mean = sorted.reduce((sum, level) => sum + level, 0) / n;
  const deviation = Math.sqrt(sorted.reduce((sum, level) => sum + (level - mean) ** 2, 0) / n);
  const most = sorted[n - 1];
  const above = (least: number) => sorted.filter((level) => level > least).length / n;
  const tau = most > 0 ? sorted.reduce((sum, level) => sum + 1 - level / most, 0) / Math.max(1, n - 1) : 0;
  const quantile = (share: number) => sorted[Math.floor(share * (n - 1))];
  return [Math.log(mean + 1e-3), mean, deviation, most, quantile(0.5), quantile(0.9), above(0), above(1), tau];
}
