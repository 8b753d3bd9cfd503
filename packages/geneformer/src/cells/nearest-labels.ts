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
 * scikit-learn's `KNeighborsClassifier(weights='distance')`. Vectors are scaled to length 1, so that distances are those of
 * directions.
 */
export function nearestLabels(
  query: Vectors,
  reference: Vectors,
  labels: readonly (string | null)[],
  { neighbors = 15, minScore = 0.5, quantile = 0.99 }: NearestLabelsOptions = {},
): TransferredLabels {
  const usable = rowsWhere(reference, (row) => labels[row] !== null);
  const k = Math.min(neighbors, usable.length - 1);
  const base = unitRows(reference, usable);
  const index = new NearestNeighbors({ nNeighbors: k }).fit(base);
  const usual = quantileOf(meanDistances(index.kneighbors().distances, k), quantile);
  const rows = rowsWhere(query, () => true);
  const found = index.kneighbors(unitRows(query, rows));
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

function unitRows(
  { cols, data }: Vectors,
  rows: readonly number[],
): { rows: number; cols: number; data: Float32Array } {
  const unit = new Float32Array(rows.length * cols);
  rows.forEach((row, at) => {
    let sum = 0;
    for (let col = 0; col < cols; col++) sum += data[row * cols + col] ** 2;
    const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let col = 0; col < cols; col++) unit[at * cols + col] = data[row * cols + col] * scale;
  });
  return { rows: rows.length, cols, data: unit };
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
