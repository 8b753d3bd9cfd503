import { tf } from '@geneformer-ts/engine';
import type { AnyCells } from './cells.js';
import { namesOf, type OutputOptions, readOutputs } from './pooled-reading.js';
import type { BertForSequenceClassification } from './sequence-classification.js';
import type { BertForSequenceRegression } from './sequence-regression.js';

/** What a classifier says of cells, in their order. */
export interface Predictions {
  /** Softmax probabilities [cells × classes], row-major. */
  probabilities: Float32Array;
  classes: number;
  /** Class names by column. */
  labels: string[];
  /** Names of the cells, where they have some. */
  cellIds?: string[];
}

/**
 * Class probabilities of cells, labelled or not. They do not depend on `batchTokens` beyond rounding (about 1e-6).
 *
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
 * @throws FrozenStatesError when `frozenStates` are not those of these cells in this model
 */
export async function predict(
  model: BertForSequenceClassification,
  cells: AnyCells,
  options: OutputOptions = {},
): Promise<Predictions> {
  const probabilities = await readOutputs(model, cells, options, (logits) => tf.softmax(logits));
  return { probabilities, classes: model.labels.length, labels: [...model.labels], ...namesOf(cells) };
}

/** What a regression says of cells, in their order. */
export interface PredictedValues {
  /** [cells × labels], row-major. */
  values: Float32Array;
  /** Names of the values by column. */
  labels: string[];
  /** Names of the cells, where they have some. */
  cellIds?: string[];
}

/**
 * The values a regression predicts of cells.
 *
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
 * @throws FrozenStatesError when `frozenStates` are not those of these cells in this model
 */
export async function predictValues(
  model: BertForSequenceRegression,
  cells: AnyCells,
  options: OutputOptions = {},
): Promise<PredictedValues> {
  const values = await readOutputs(model, cells, options, (outputs) => outputs);
  return { values, labels: [...model.labels], ...namesOf(cells) };
}
