import { LogisticRegression } from '@geneformer-ts/baselines';
import { drawToFront, seededRandom } from '@geneformer-ts/core';
import type { CountMatrix } from '@geneformer-ts/io';
import { levelsOf } from '../cells/expression.js';

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
  const predicted = model.predict(await levelsOf(matrix, testRows, signal));
  return { predicted, trainingCells: used.length, seconds: (performance.now() - startedAt) / 1000 };
}
