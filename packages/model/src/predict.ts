import { tf } from '@geneformer-ts/engine';
import { type AnyCells, readableCells } from './cells.js';
import { classifierInput } from './classifier-input.js';
import { readCells, type ReadingOptions } from './reading.js';
import type { BertForSequenceClassification } from './sequence-classification.js';

/** What a classifier says of cells, in their order. */
export interface Predictions {
  /** Softmax probabilities [cells × classes], row-major. */
  probabilities: Float32Array;
  classes: number;
  /** Class names by column. */
  labels: string[];
}

/**
 * Class probabilities of cells, labelled or not. They do not depend on `batchTokens` beyond rounding (about 1e-6).
 *
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
 */
export async function predict(
  model: BertForSequenceClassification,
  cells: AnyCells,
  options: ReadingOptions = {},
): Promise<Predictions> {
  const { pad_token_id, max_position_embeddings } = model.config;
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  const classes = model.labels.length;
  const probabilities = new Float32Array(readable.lengths.length * classes);
  await readCells(readable, pad_token_id, max_position_embeddings, 'predict', options, async (padded, batch) => {
    const softmax = tf.tidy(() => tf.softmax(model.logits(classifierInput(padded, model.pooling, model.specialIds))));
    const values = await softmax.data<'float32'>();
    softmax.dispose();
    batch.cells.forEach((cell, row) => {
      probabilities.set(values.subarray(row * classes, (row + 1) * classes), cell * classes);
    });
  });
  return { probabilities, classes, labels: [...model.labels] };
}
