/** Measures vectors of cells at several numbers of labels: the same draws, folds and classifier for all of them. */
import {
  LogisticRegression,
  type Matrix,
  isSparse,
  selectRows,
  StandardScaler,
  XGBClassifier,
} from '@geneformer-ts/baselines';
import { macroF1 } from '@geneformer-ts/eval';
import { partition, type Split } from '../data/study-cells.js';
import { drawLabels } from './draw-labels.js';
import { drawInterval } from './draw-interval.js';

/** The vectors of a row of the curve, and how they are classified. */
export interface CurveRow {
  name: string;
  label: string;
  vectors: Matrix;
  classifier: 'scaled' | 'unscaled' | 'boosting';
}

export interface CurvePoint {
  /** Number of labeled cells, mean of the folds. */
  labels: number;
  /** Macro F1 over the test cells of all folds: mean of the draws, with a 95 % interval over draws if there are several. */
  macroF1: number;
  ci95: readonly [number, number] | null;
  /** One value per draw. */
  draws: number[];
}

export interface CurveOptions {
  /** Numbers of labels; all labels are the last point. */
  labels: readonly number[];
  draws: number;
  seed: number;
}

/** Returns one point per number of labels. */
export function measureCurve(
  { vectors, classifier }: CurveRow,
  split: Split,
  { labels, draws, seed }: CurveOptions,
  onPoint: () => void,
): CurvePoint[] {
  return [...labels, Infinity].map((count) => {
    // All labels can be drawn in one way only.
    const scores = Array.from({ length: count === Infinity ? 1 : draws }, (_, draw) =>
      scoreDraw(vectors, classifier, split, (train, fold) =>
        drawLabels(split.labels, train, count, [seed, draw, fold]),
      ),
    );
    onPoint();
    const values = scores.map(({ score }) => score);
    const used = scores.reduce((sum, one) => sum + one.labels, 0) / scores.length;
    const { mean, ci95 } = drawInterval(values);
    return { labels: Math.round(used), macroF1: mean, ci95, draws: values };
  });
}

function scoreDraw(
  vectors: Matrix,
  classifier: CurveRow['classifier'],
  split: Split,
  draw: (train: Int32Array, fold: number) => Int32Array,
): { score: number; labels: number } {
  const truth = Int32Array.from(split.labels);
  const predicted = new Int32Array(truth.length);
  let used = 0;
  for (let fold = 0; fold < split.nFolds; fold++) {
    const { train: all, test } = partition(split, fold);
    const train = draw(all, fold);
    used += train.length;
    const known = train.map((cell) => truth[cell]);
    const found = fitAndPredict(classifier, rowsOf(vectors, train), known, rowsOf(vectors, test), split.classes.length);
    test.forEach((cell, at) => (predicted[cell] = found[at]));
  }
  return { score: macroF1(truth, predicted, split.classes.length), labels: used / split.nFolds };
}

function fitAndPredict(kind: CurveRow['classifier'], train: Matrix, y: Int32Array, test: Matrix, classes: number) {
  if (kind === 'boosting') {
    return new XGBClassifier({ nEstimators: 100, learningRate: 0.3, maxDepth: 6 }).fit(train, y, classes).predict(test);
  }
  const model = new LogisticRegression({ C: 1, maxIter: 300 });
  if (kind === 'unscaled') return model.fit(train, y, classes).predict(test);
  const scaler = new StandardScaler().fit(train);
  return model.fit(scaler.transform(train), y, classes).predict(scaler.transform(test));
}

function rowsOf(vectors: Matrix, rows: Int32Array): Matrix {
  return isSparse(vectors) ? selectRows(vectors, rows) : selectRows(vectors, rows);
}
