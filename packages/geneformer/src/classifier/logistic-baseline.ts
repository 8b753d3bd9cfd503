import { LogisticRegression, log1pCp10k } from '@geneformer-ts/baselines';
import { type CsrMatrix, drawToFront, seededRandom } from '@geneformer-ts/core';
import { selectRows } from '@geneformer-ts/analysis';
import type { CountMatrix } from '@geneformer-ts/io';

/** Most training cells, so that the counts fit into memory. */
const MOST_TRAINING_CELLS = 10_000;

/** A fitted baseline on the test cells. */
export interface BaselineResult {
  /** Predicted class of each test cell. */
  predicted: Int32Array;
  trainingCells: number;
  seconds: number;
}

/**
 * Fits logistic regression (penalty l2, C = 1) to the expression levels of all genes, log(1 + counts per 10,000), and
 * predicts the test cells.
 *
 * @param train rows of the training cells in the matrix; of more than 10,000 a random part is used
 */
export async function logisticBaseline(
  matrix: CountMatrix,
  train: { rows: Int32Array; codes: Int32Array },
  testRows: Int32Array,
  classes: number,
  { seed, signal }: { seed: number; signal?: AbortSignal | undefined },
): Promise<BaselineResult> {
  const startedAt = performance.now();
  const order = Int32Array.from(train.rows.keys());
  if (order.length > MOST_TRAINING_CELLS) drawToFront(order, MOST_TRAINING_CELLS, seededRandom(seed));
  const used = order.slice(0, MOST_TRAINING_CELLS).sort();
  const X = await levelsOf(
    matrix,
    used.map((at) => train.rows[at]),
    signal,
  );
  const model = new LogisticRegression({ maxIter: 300 }).fit(
    X,
    used.map((at) => train.codes[at]),
    classes,
  );
  const predicted = model.predict(await levelsOf(matrix, testRows, signal)) as Int32Array;
  return { predicted, trainingCells: used.length, seconds: (performance.now() - startedAt) / 1000 };
}

/** Reads the expression levels of some rows, in the given order. */
async function levelsOf(matrix: CountMatrix, rows: Int32Array, signal?: AbortSignal): Promise<CsrMatrix> {
  const wanted = new Uint8Array(matrix.nObs);
  for (const row of rows) wanted[row] = 1;
  const indptr = [0];
  const parts: { indices: Int32Array; data: Float32Array }[] = [];
  const found: number[] = [];
  for await (const block of matrix.blocks()) {
    signal?.throwIfAborted();
    for (let r = 0; r < block.rows; r++) {
      if (wanted[block.rowStart + r] === 0) continue;
      const [start, end] = [block.indptr[r], block.indptr[r + 1]];
      parts.push({
        indices: block.indices.slice(start, end),
        data: Float32Array.from(block.data.subarray(start, end)),
      });
      found.push(block.rowStart + r);
      indptr.push(indptr[indptr.length - 1] + end - start);
    }
  }
  const size = indptr[indptr.length - 1];
  const counts = {
    rows: found.length,
    cols: matrix.nVars,
    indptr: Int32Array.from(indptr),
    indices: new Int32Array(size),
    data: new Float32Array(size),
  };
  parts.forEach(({ indices, data }, at) => {
    counts.indices.set(indices, indptr[at]);
    counts.data.set(data, indptr[at]);
  });
  const placeOf = new Map(found.map((row, at) => [row, at]));
  return selectRows(
    log1pCp10k(counts),
    rows.map((row) => placeOf.get(row) as number),
  ) as CsrMatrix;
}
