import { type AnyCells, cellLengths } from './cells.js';
import { classCounts } from './labels.js';
import { predict } from './predict.js';
import type { ReadingOptions } from './reading.js';
import type { BertForSequenceClassification } from './sequence-classification.js';

/**
 * Mean cross-entropy (nats, classes unweighted) and accuracy of a classifier on labelled cells, without dropout.
 *
 * @throws LabelError unless there is one label a cell, each an id of a class
 */
export async function evaluateClassifier(
  model: BertForSequenceClassification,
  cells: AnyCells,
  labels: Int32Array,
  options: ReadingOptions = {},
): Promise<{ loss: number; accuracy: number }> {
  classCounts(labels, cellLengths(cells).length, model.labels);
  const { probabilities, classes } = await predict(model, cells, options);
  return meanLossAndAccuracy(probabilities, labels, classes);
}

/** Mean of −ln of the true class's probability, and share where it is the largest; rows with a negative label left out. */
export function meanLossAndAccuracy(
  probabilities: Float32Array,
  labels: Int32Array,
  classes: number,
): { loss: number; accuracy: number } {
  let loss = 0;
  let right = 0;
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < 0) continue;
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    loss -= Math.log(Math.max(row[labels[i]], Number.MIN_VALUE));
    if (row.indexOf(row.reduce((a, b) => Math.max(a, b))) === labels[i]) right++;
    count++;
  }
  return { loss: loss / count, accuracy: right / count };
}
