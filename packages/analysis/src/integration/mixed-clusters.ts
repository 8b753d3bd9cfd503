/** Rows are updated in this many parts, so that the batches of the clusters change while the rows are updated. */
const PARTS = 20;
const MOST_UPDATES = 20;
/** Updates until the objective is compared, and number of updates in each side of the comparison. */
const WINDOW = 3;
/** Change of the objective, as a share, below which clusters are final. */
const TOLERANCE = 1e-5;

/**
 * Soft k-means on the unit sphere whose clusters avoid to be of one batch: the first half of Harmony (Korsunsky et al. 2019,
 * algorithm 2). A row belongs to each cluster by a share, and the shares of a row sum to 1.
 */
export class MixedClusters {
  /** Share of each row in each cluster, rows × clusters. */
  readonly shares: Float64Array;
  readonly batchCount: number;
  private readonly rows: number;
  /** Share of the rows in each batch. */
  private readonly frequency: Float64Array;
  /** Sum of the shares of each batch in each cluster, clusters × batches, as it is and as it would be if batches did not matter. */
  private readonly observed: Float64Array;
  private readonly expected: Float64Array;
  private objectives: number[] = [];

  constructor(
    private readonly batches: Int32Array,
    readonly clusters: number,
    private readonly options: { theta: number; sigma: number },
  ) {
    this.rows = batches.length;
    this.batchCount = batches.reduce((most, batch) => Math.max(most, batch + 1), 0);
    this.shares = new Float64Array(this.rows * clusters);
    this.frequency = new Float64Array(this.batchCount);
    for (const batch of batches) this.frequency[batch] += 1 / this.rows;
    this.observed = new Float64Array(clusters * this.batchCount);
    this.expected = new Float64Array(clusters * this.batchCount);
  }

  /** Computes shares from the means of first clusters, without regard to batches. @returns the objective */
  start(unit: Float64Array, cols: number, first: Int32Array): number {
    this.shares.fill(0);
    first.forEach((cluster, row) => (this.shares[row * this.clusters + cluster] = 1));
    const distances = this.distances(unit, cols, this.centers(unit, cols));
    this.shares.set(this.similarities(distances));
    for (let row = 0; row < this.rows; row++) {
      this.normalize(row);
      this.count(row, 1);
    }
    this.objectives = [this.objective(distances)];
    return this.objectives[0];
  }

  /**
   * Updates centers and shares until the objective does not change.
   *
   * @param unit rows × cols, each row of length 1
   * @param order returns the order of the rows, anew for each update
   * @returns the objective
   */
  update(unit: Float64Array, cols: number, order: () => Int32Array): number {
    const { objectives } = this;
    for (let update = 0; update < MOST_UPDATES; update++) {
      const distances = this.distances(unit, cols, this.centers(unit, cols));
      this.updateShares(this.similarities(distances), order());
      objectives.push(this.objective(distances));
      if (update > WINDOW && hasSettled(objectives)) break;
    }
    return objectives[objectives.length - 1];
  }

  private updateShares(similarities: Float64Array, order: Int32Array): void {
    const { clusters, batches, batchCount, observed, expected, shares } = this;
    const { theta } = this.options;
    const preference = new Float64Array(clusters * batchCount);
    for (const part of partsOf(order)) {
      for (const row of part) this.count(row, -1);
      for (let i = 0; i < preference.length; i++) preference[i] = ((expected[i] + 1) / (observed[i] + 1)) ** theta;
      for (const row of part) {
        for (let cluster = 0; cluster < clusters; cluster++) {
          const at = row * clusters + cluster;
          shares[at] = similarities[at] * preference[cluster * batchCount + batches[row]];
        }
        this.normalize(row);
      }
      for (const row of part) this.count(row, 1);
    }
  }

  /** Adds the shares of a row to the sums of its batch, or takes them off. */
  private count(row: number, sign: 1 | -1): void {
    const { clusters, batches, batchCount, observed, expected, shares, frequency } = this;
    for (let cluster = 0; cluster < clusters; cluster++) {
      const share = sign * shares[row * clusters + cluster];
      const at = cluster * batchCount;
      observed[at + batches[row]] += share;
      for (let batch = 0; batch < batchCount; batch++) expected[at + batch] += share * frequency[batch];
    }
  }

  private normalize(row: number): void {
    const shares = this.shares.subarray(row * this.clusters, (row + 1) * this.clusters);
    const sum = shares.reduce((a, b) => a + b, 0);
    for (let cluster = 0; cluster < shares.length; cluster++) shares[cluster] /= sum;
  }

  /** Means of the rows by their shares, of length 1; clusters × cols. */
  private centers(unit: Float64Array, cols: number): Float64Array {
    const { rows, clusters, shares } = this;
    const centers = new Float64Array(clusters * cols);
    for (let row = 0; row < rows; row++) {
      for (let cluster = 0; cluster < clusters; cluster++) {
        const share = shares[row * clusters + cluster];
        if (share === 0) continue;
        for (let col = 0; col < cols; col++) centers[cluster * cols + col] += share * unit[row * cols + col];
      }
    }
    return normalizedRows(centers, cols);
  }

  /** Squared distances of the rows to the centers, rows × clusters. */
  private distances(unit: Float64Array, cols: number, centers: Float64Array): Float64Array {
    const { rows, clusters } = this;
    const distances = new Float64Array(rows * clusters);
    for (let row = 0; row < rows; row++) {
      for (let cluster = 0; cluster < clusters; cluster++) {
        let product = 0;
        for (let col = 0; col < cols; col++) product += unit[row * cols + col] * centers[cluster * cols + col];
        distances[row * clusters + cluster] = 2 * (1 - product);
      }
    }
    return distances;
  }

  /** exp(−distance / sigma), relative to the nearest center. */
  private similarities(distances: Float64Array): Float64Array {
    const { rows, clusters } = this;
    const similarities = new Float64Array(distances.length);
    for (let row = 0; row < rows; row++) {
      let nearest = Infinity;
      for (let at = row * clusters; at < (row + 1) * clusters; at++) nearest = Math.min(nearest, distances[at]);
      for (let at = row * clusters; at < (row + 1) * clusters; at++) {
        similarities[at] = Math.exp((nearest - distances[at]) / this.options.sigma);
      }
    }
    return similarities;
  }

  /** Distances within clusters, less the entropy of the shares, plus the divergence of the batches of each cluster. */
  private objective(distances: Float64Array): number {
    const { theta, sigma } = this.options;
    const { shares, observed, expected } = this;
    let sum = 0;
    for (let at = 0; at < shares.length; at++) {
      const share = shares[at];
      if (share > 0) sum += share * (distances[at] + sigma * Math.log(share));
    }
    for (let i = 0; i < observed.length; i++) {
      sum += sigma * theta * observed[i] * Math.log((observed[i] + 1) / (expected[i] + 1));
    }
    return sum;
  }
}

/** Returns rows divided by their lengths. A row of zeros stays. */
export function normalizedRows(data: ArrayLike<number>, cols: number): Float64Array {
  const unit = Float64Array.from(data);
  for (let start = 0; start < unit.length; start += cols) {
    let squares = 0;
    for (let at = start; at < start + cols; at++) squares += unit[at] ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let at = start; at < start + cols; at++) unit[at] /= length;
  }
  return unit;
}

/** Consecutive parts whose sizes differ by at most one, the larger first. */
function partsOf(order: Int32Array): Int32Array[] {
  const [size, larger] = [Math.floor(order.length / PARTS), order.length % PARTS];
  const startOf = (part: number): number => part * size + Math.min(part, larger);
  return Array.from({ length: PARTS }, (_, part) => order.subarray(startOf(part), startOf(part + 1)));
}

/** Whether the mean of the last objectives is that of the ones an update before. */
function hasSettled(objectives: readonly number[]): boolean {
  const sumTo = (end: number): number => objectives.slice(end - WINDOW, end).reduce((a, b) => a + b, 0);
  const [before, now] = [sumTo(objectives.length - 1), sumTo(objectives.length)];
  return Math.abs(before - now) / Math.abs(before) < TOLERANCE;
}
