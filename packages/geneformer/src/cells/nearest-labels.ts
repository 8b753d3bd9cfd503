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
  /** Mean distance to the neighbors, divided by the largest usual distance for the label: above 1 is far away. */
  distance: Float32Array;
  /** Share of the votes below which a cell is unknown. */
  minScore: number;
  /** Share of the reference cells to which the other reference cells give the right label. */
  referenceAccuracy: number;
}

/** Options of `nearestLabels`. */
export interface NearestLabelsOptions {
  /** Neighbors that vote; default 15. */
  neighbors?: number;
  /** Share of the reference cells with the right label that the cutoffs make unknown; default 0.05. */
  unknownShare?: number;
  /** Share of the votes below which a cell is unknown. Default: found with the reference. */
  minScore?: number;
}

/** Smallest distance of a vote, so that a copy of a reference cell does not have infinite weight. */
const NEAREST = 1e-6;
/** A label with fewer right reference cells has the largest usual distance of all labels together. */
const LEAST_CELLS = 20;

/**
 * Transfers labels from reference cells to query cells by a vote of the nearest neighbors, weighted by 1 / distance, as
 * scikit-learn's `KNeighborsClassifier(weights='distance')`. Columns are standardized by the reference, because a few columns
 * of a transformer's vectors vary much more than the others.
 *
 * The cutoffs come from the reference alone: each of its cells is labeled by the others. Of the cells that get their own label, half
 * of `unknownShare` have fewer votes than `minScore`, and half of it are farther away than usual for their label.
 */
export function nearestLabels(
  query: Vectors,
  reference: Vectors,
  labels: readonly (string | null)[],
  { neighbors = 15, unknownShare = 0.05, minScore }: NearestLabelsOptions = {},
): TransferredLabels {
  const usable = rowsWhere(reference, (row) => labels[row] !== null);
  const k = Math.min(neighbors, usable.length - 1);
  const scale = scaleOf(reference, usable);
  const index = new NearestNeighbors({ nNeighbors: k }).fit(standardized(reference, usable, scale));
  const known = usable.map((row) => labels[row] as string);
  const own = votesOf(index.kneighbors(), k, known);
  const right = own.filter(({ best }, at) => best === known[at]);
  const usual = usualDistances(right, 1 - unknownShare / 2);
  const scores = right.map(({ score }) => score);
  const cutoff = minScore ?? (scores.length > 0 ? quantileOf(scores, unknownShare / 2) : 0);

  const rows = rowsWhere(query, () => true);
  const result: TransferredLabels = {
    label: new Array<string | null>(query.rows).fill(null),
    best: new Array<string | null>(query.rows).fill(null),
    score: new Float32Array(query.rows).fill(NaN),
    distance: new Float32Array(query.rows).fill(NaN),
    minScore: cutoff,
    referenceAccuracy: right.length / own.length,
  };
  const votes = votesOf(index.kneighbors(standardized(query, rows, scale)), k, known);
  votes.forEach(({ best, score, distance }, at) => {
    const relative = distance / (usual.get(best) ?? usual.get(null)!);
    const row = rows[at];
    result.best[row] = best;
    result.score[row] = score;
    result.distance[row] = relative;
    result.label[row] = score < cutoff || relative > 1 ? 'unknown' : best;
  });
  return result;
}

/** The label with the most votes among the neighbors of a cell. */
interface Vote {
  best: string;
  score: number;
  /** Mean distance to the neighbors. */
  distance: number;
}

/** @param known label of each cell of the index */
function votesOf(
  { indices, distances }: { indices: Int32Array; distances: Float64Array },
  k: number,
  known: readonly string[],
): Vote[] {
  return Array.from({ length: indices.length / k }, (_, at) => {
    const weights = new Map<string, number>();
    let [total, sum] = [0, 0];
    for (let i = at * k; i < (at + 1) * k; i++) {
      const label = known[indices[i]];
      const weight = 1 / Math.max(NEAREST, distances[i]);
      weights.set(label, (weights.get(label) ?? 0) + weight);
      total += weight;
      sum += distances[i];
    }
    const [best, weight] = [...weights].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a));
    return { best, score: weight / total, distance: sum / k };
  });
}

/** Returns the largest usual distance of each label with enough cells, and of all cells under `null`. */
function usualDistances(right: readonly Vote[], quantile: number): Map<string | null, number> {
  const groups = new Map<string | null, number[]>([[null, right.map(({ distance }) => distance)]]);
  for (const { best, distance } of right) {
    const group = groups.get(best);
    if (group) group.push(distance);
    else groups.set(best, [distance]);
  }
  // Without a single right cell every distance is usual.
  const usual = new Map<string | null, number>([[null, Infinity]]);
  for (const [label, distances] of groups) {
    if (distances.length >= (label === null ? 1 : LEAST_CELLS)) usual.set(label, quantileOf(distances, quantile));
  }
  return usual;
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

function quantileOf(values: readonly number[], quantile: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
}
