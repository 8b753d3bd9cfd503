/** Counts per cell at the 5%, 25%, 50%, 75% and 95% quantiles. */
export type DepthQuantiles = readonly [number, number, number, number, number];

export interface CellType {
  name: string;
  isTec: boolean;
  /**
   * Cells in the default preset for ordinary types; for epithelial types, the published numbers, used as proportions.
   */
  cells: number;
  depth: DepthQuantiles;
  /** Share of the cells that come from the thymus libraries; the rest come from the other tissues. */
  inThymus: number;
  /** The tissue, for types of a single tissue. */
  tissue?: string;
}

/**
 * Thymic epithelial types, with the published numbers of cells and depths of 19,392 human thymic epithelial cells from
 * 13 libraries.
 */
const epithelial: readonly [string, number, DepthQuantiles][] = [
  ['cTEC', 5766, [2601, 8476, 12694, 18580, 34067]],
  ['mTEC 1', 6586, [3381, 7018, 10271, 16299, 33703]],
  ['mcTEC', 4269, [4290, 8065, 11859, 18537, 41425]],
  ['cycling TEC', 1064, [4953, 12475, 20037, 31077, 60629]],
  ['mTEC 2', 898, [3138, 9693, 17775, 29681, 55039]],
  ['TEC myo/neuro', 411, [2935, 7376, 12047, 19005, 33734]],
  ['mTEC 3/4', 398, [2040, 7406, 15203, 24986, 50332]],
];

/** The other types: cells, median depth, share from the thymus, tissue. The depths are plausible, not measured. */
const others: readonly [string, number, number, number, string?][] = [
  ['thymocyte DN', 150, 6500, 1],
  ['thymocyte DP', 520, 5200, 1],
  ['thymocyte SP', 380, 5000, 1],
  ['B cell', 160, 5800, 1],
  ['macrophage', 200, 9800, 0.6],
  ['dendritic cell', 180, 11000, 1],
  ['fibroblast', 330, 9500, 0.6],
  ['endothelial cell', 220, 9000, 0.6],
  ['pericyte', 160, 8500, 0.6],
  ['erythroid cell', 120, 8000, 1],
  ['cardiomyocyte', 200, 12500, 0, 'heart'],
  ['hepatocyte', 200, 12000, 0, 'liver'],
  ['neuron', 200, 14000, 0, 'brain'],
  ['keratinocyte', 200, 11500, 0, 'skin'],
  ['lung epithelial cell', 180, 10500, 0, 'lung'],
  ['enterocyte', 200, 11500, 0, 'intestine'],
];

/** Standard deviation of the logarithm of an ordinary type's depth. */
const LOG_DEPTH_SPREAD = 0.55;
const QUANTILE_SCORES = [-1.6449, -0.6745, 0, 0.6745, 1.6449] as const;

export const cellTypes: readonly CellType[] = [
  ...epithelial.map(([name, cells, depth]) => ({ name, isTec: true, cells, depth, inThymus: 1 })),
  ...others.map(([name, cells, median, inThymus, tissue]) => ({
    name,
    isTec: false,
    cells,
    depth: QUANTILE_SCORES.map((z) => Math.round(median * Math.exp(LOG_DEPTH_SPREAD * z))) as unknown as DepthQuantiles,
    inThymus,
    ...(tissue === undefined ? {} : { tissue }),
  })),
];

/**
 * Returns the depth of a cell from the standard normal score of its rank in its type. Interpolates the published
 * quantiles linearly in the logarithm, so a sample has these quantiles by construction. Extrapolates to scores of ±2.5.
 */
export function depthAt(quantiles: DepthQuantiles, score: number): number {
  const z = Math.max(-2.5, Math.min(2.5, score));
  let segment = 0;
  while (segment < 3 && z > QUANTILE_SCORES[segment + 1]) segment++;
  const from = QUANTILE_SCORES[segment];
  const position = (z - from) / (QUANTILE_SCORES[segment + 1] - from);
  const low = Math.log(quantiles[segment]);
  return Math.exp(low + position * (Math.log(quantiles[segment + 1]) - low));
}
