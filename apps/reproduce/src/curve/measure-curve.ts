/** Measures features of cells at several numbers of labels: the same draws, folds and classifier for all of them. */
import { LogisticRegression, type Matrix, selectRows, XGBClassifier } from '@geneformer-ts/baselines';
import { macroF1 } from '@geneformer-ts/eval';
import { foldFeatures } from '../data/features.js';
import { partition, type Split } from '../data/study-cells.js';
import type { FeatureParams } from '../stages/baseline.params.js';
import { drawLabels } from './draw-labels.js';
import { drawInterval } from './draw-interval.js';

/** A row of the curve: features of all cells, what a fold learns about them without labels, and the classifier on them. */
export interface CurveRow {
  label: string;
  all: Matrix;
  features: FeatureParams;
  classifier: 'logistic-regression' | 'gradient-boosting';
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

/**
 * Returns one point per number of labels. Variable genes and scales are learned from all training cells of a fold, as they need no labels;
 * classifiers learn from the labeled ones.
 */
export async function measureCurve(
  { all, features, classifier }: CurveRow,
  split: Split,
  { labels, draws, seed }: CurveOptions,
  onFold: () => void | Promise<void>,
): Promise<CurvePoint[]> {
  const truth = Int32Array.from(split.labels);
  // All labels can be drawn in one way only.
  const points = [...labels, Infinity].map((count) =>
    Array.from({ length: count === Infinity ? 1 : draws }, () => ({ count, used: 0, predicted: truth.slice() })),
  );
  for (let fold = 0; fold < split.nFolds; fold++) {
    const { train, test } = partition(split, fold);
    const { trainX, testX } = foldFeatures(all, features, train, test);
    const rowOf = new Map([...train].map((cell, row) => [cell, row]));
    for (const drawn of points) {
      for (const [draw, one] of drawn.entries()) {
        const labeled = drawLabels(split.labels, train, one.count, [seed, draw, fold]);
        const rows = labeled.map((cell) => rowOf.get(cell)!);
        const y = labeled.map((cell) => truth[cell]);
        const found = fit(classifier, selectRows(trainX, rows), y, split.classes.length).predict(testX);
        test.forEach((cell, at) => (one.predicted[cell] = found[at]));
        one.used += labeled.length / split.nFolds;
      }
    }
    await onFold();
  }
  return points.map((drawn) => {
    const values = drawn.map(({ predicted }) => macroF1(truth, predicted, split.classes.length));
    const { mean, ci95 } = drawInterval(values);
    const used = drawn.reduce((sum, one) => sum + one.used, 0) / drawn.length;
    return { labels: Math.round(used), macroF1: mean, ci95, draws: values };
  });
}

function fit(kind: CurveRow['classifier'], X: Matrix, y: Int32Array, classes: number) {
  const model =
    kind === 'gradient-boosting'
      ? new XGBClassifier({ nEstimators: 100, learningRate: 0.3, maxDepth: 6 })
      : new LogisticRegression({ C: 1, maxIter: 300 });
  return model.fit(X, y, classes);
}
