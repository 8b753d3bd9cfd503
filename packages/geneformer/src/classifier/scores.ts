import { accuracy, confusionMatrix, macroF1, perClassF1 } from '@geneformer-ts/eval';

/** How a classifier does on held-out cells. */
export interface ClassifierScores {
  /** Number of held-out cells. */
  cells: number;
  accuracy: number;
  macroF1: number;
  /** F1 of each class; NaN for a class that occurs neither as label nor as prediction. */
  f1: number[];
  /** Number of cells of class `row` that are predicted as class `column`. */
  confusion: number[][];
}

/** Compares predictions with labels. */
export function scoresOf(truth: Int32Array, predicted: Int32Array, classes: number): ClassifierScores {
  const flat = confusionMatrix(truth, predicted, classes);
  return {
    cells: truth.length,
    accuracy: accuracy(truth, predicted),
    macroF1: macroF1(truth, predicted, classes),
    f1: [...perClassF1(truth, predicted, classes)],
    confusion: Array.from({ length: classes }, (_, row) => [...flat.subarray(row * classes, (row + 1) * classes)]),
  };
}
