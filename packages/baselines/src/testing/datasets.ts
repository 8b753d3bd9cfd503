import { selectRows } from '@geneformer-ts/analysis';
import type { DenseMatrix } from '@geneformer-ts/core';
import { golden } from './golden.js';

interface EnsembleFixture {
  name: string;
  cols: number;
  classes: number;
  train: number;
  X: string;
  y: string;
  forest: number;
  boosting: number;
  penalized: number[];
}

/** One of the five problems with the split that scikit-learn and XGBoost used, and their results. */
export interface Dataset {
  name: string;
  classes: number;
  train: { X: DenseMatrix; y: Int32Array };
  test: { X: DenseMatrix; y: Int32Array };
  /** Accuracy of scikit-learn's forest on the test rows, mean of ten seeds. */
  forest: number;
  /** Accuracy of XGBoost on the test rows. */
  boosting: number;
  /** XGBoost's probabilities for the first training rows, with penalties. */
  penalized: number[];
}

export const datasets: Dataset[] = golden<EnsembleFixture[]>('ensembles').map((fixture) => {
  const bytes = new Int8Array(Buffer.from(fixture.X, 'base64'));
  const y = Int32Array.from(fixture.y, Number);
  const X = { rows: y.length, cols: fixture.cols, data: Float32Array.from(bytes) };
  const part = (from: number, to: number) => ({
    X: selectRows(
      X,
      Int32Array.from({ length: to - from }, (_, i) => from + i),
    ),
    y: y.slice(from, to),
  });
  return { ...fixture, train: part(0, fixture.train), test: part(fixture.train, y.length) };
});
