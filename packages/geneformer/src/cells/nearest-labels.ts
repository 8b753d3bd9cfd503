import { NearestNeighbors } from '@geneformer-ts/analysis';

/** Vectors of cells, row by row; rows that are NaN are left out. */
export interface Vectors {
  rows: number;
  cols: number;
  data: Float32Array;
}

/** Labels that cells get from the nearest cells of a reference. */
export interface TransferredLabels {
  /** `unknown` if the cell is farther from the reference than reference cells are from each other, or if votes disagree. */
  label: (string | null)[];
  /** Label with the most votes. */
  best: (string | null)[];
  /** Share of the votes for it, weighted by 1 / distance; NaN without a vector. */
  score: Float32Array;
  /** Mean distance to the neighbors, divided by the largest usual distance in the reference: above 1 is far away. */
  distance: Float32Array;
}

/** Options of `nearestLabels`. */
export interface NearestLabelsOptions {
  /** Neighbors that vote; default 15. */
  neighbors?: number;
  /** Share of the votes below which a cell is unknown; default 0.5. */
  minScore?: number;
  /** Quantile of the distances within the reference that is the largest usual distance; default 0.99. */
  quantile?: number;
}

/** Smallest distance of a vote, so that a copy of a reference cell does not have infinite weight. */
const NEAREST = 1e-6;

/**
 * Transfers labels from reference cells to query cells by a vote of the nearest neighbors, weighted by 1 / distance, as
 * scikit-learn's `KNeighborsClassifier(weights='distance')`. Columns are standardized by the reference, because a few columns
 * of a transformer's vectors vary much more than the others.
 */
export function nearestLabels(
  query: Vectors,
  reference: Vectors,
  labels: readonly (string | null)[],
  { neighbors = 15, minScore = 0.5, quantile = 0.99 }: NearestLabelsOptions = {},
): TransferredLabels {
  const usable = rowsWhere(reference, (row) => labels[row] !== null);
  const k = Math.min(neighbors, usable.length - 1);
  const scale = scaleOf(reference, usable);
  const base = standardized(reference, usable, scale);
  const index = new NearestNeighbors({ nNeighbors: k }).fit(base);
  const usual = quantileOf(meanDistances(index.kneighbors().distances, k), quantile);
  const rows = rowsWhere(query, () => true);
  const found = index.kneighbors(standardized(query, rows, scale));
  const result: TransferredLabels = {
    label: new Array<string | null>(query.rows).fill(null),
    best: new Array<string | null>(query.rows).fill(null),
    score: new Float32Array(query.rows).fill(NaN),
    distance: new Float32Array(query.rows).fill(NaN),
  };
  const means = meanDistances(found.distances, k);
  rows.forEach((row, at) => {
    const votes = new Map<string, number>();
    let total = 0;
    for (let i = at * k; i < (at + 1) * k; i++) {
      const label = labels[usable[found.indices[i]]] as string;
      const weight = 1 / Math.max(NEAREST, found.distances[i]);
      votes.set(label, (votes.get(label) ?? 0) + weight);
      total += weight;
    }
    const [best, weight] = [...votes].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a));
    const [score, distance] = [weight / total, means[at] / usual];
    result.best[row] = best;
    result.score[row] = score;
    result.distance[row] = distance;
    result.label[row] = score < minScore || distance > 1 ? 'unknown' : best;
  });
  return result;
}

function rowsWhere({ rows, cols, data }: Vectors, test: (row: number) => boolean): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter((row) => !Number.isNaN(data[row * cols]) && test(row));
}

/** Mean and standard deviation of each column over some rows. */
interface Scale {
  mean: Float64Array;
  deviation: Float64Array;
}

function scaleOf({ cols, data }: Vectors, rows: readonly number[]): Scale {
  const mean = new Float64Array(cols);
  const deviation = new Float64Array(cols);
  for (const row of rows) for (let col = 0; col < cols; col++) mean[col] += data[row * cols + col] / rows.length;
  for (const row of rows) {
    for (let col = 0; col < cols; col++) deviation[col] += (data[row * cols + col] - mean[col]) ** 2 / rows.length;
  }
  return { mean, deviation: deviation.map((variance) => Math.sqrt(variance) || 1) };
}

function standardized(
  { cols, data }: Vectors,
  rows: readonly number[],
  { mean, deviation }: Scale,
): { rows: number; cols: number; data: Float32Array } {
  const scaled = new Float32Array(rows.length * cols);
  rows.forEach((row, at) => {
    for (let col = 0; col < cols; col++) {
      scaled[at * cols + col] = (data[row * cols + col] - mean[col]) / deviation[col];
    }
  });
  return { rows: rows.length, cols, data: scaled };
}

function meanDistances(distances: Float64Array, k: number): Float64Array {
  return Float64Array.from({ length: distances.length / k }, (_, row) => {
    let sum = 0;
    for (let i = row * k; i < (row + 1) * k; i++) sum += distances[i];
    return sum / k;
  });
}

function quantileOf(values: Float64Array, quantile: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
}
