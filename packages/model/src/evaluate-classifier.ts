import type { Cells } from './cells.js';
import { LabelError } from './errors.js';
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
  cells: Cells,
  labels: Int32Array,
  options: ReadingOptions = {},
): Promise<{ loss: number; accuracy: number }> {
  classCounts(labels, model.labels);
  const { probabilities, classes } = await predict(model, cells, options);
  const count = probabilities.length / classes;
  if (labels.length !== count)
    throw new LabelError(`there are ${labels.length} labels for ${count} cells; give one a cell`);
  let loss = 0;
  let right = 0;
  for (let cell = 0; cell < count; cell++) {
    const row = probabilities.subarray(cell * classes, (cell + 1) * classes);
    loss -= Math.log(Math.max(row[labels[cell]], Number.MIN_VALUE));
    if (row.indexOf(row.reduce((a, b) => Math.max(a, b))) === labels[cell]) right++;
  }
  return { loss: loss / count, accuracy: right / count };
}
