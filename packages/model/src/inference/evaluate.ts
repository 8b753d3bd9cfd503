import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { sparseSoftmaxCrossEntropy, tf } from '@geneformer-ts/engine';
import { purposes } from '../bert/parameters.js';
import { type AnyCells, cellLengths } from '../data/cells.js';
import { checkTargets, classCounts, countLabels, labelReader, type TokenLabels } from '../data/labels.js';
import { maskBatch, maskingOptions } from '../data/masking.js';
import { readableCells } from '../data/readable-cells.js';
import { encoderInput } from '../models/input.js';
import type { BertForMaskedLM } from '../models/masked-lm.js';
import type { BertForSequenceClassification, BertForSequenceRegression } from '../models/sequence-models.js';
import type { BertForTokenClassification } from '../models/token-classification.js';
import { readOutputs, readProbabilities, readTokens } from './predict.js';
import { readBatches, readingOptionNames, type ReadingOptions } from './read-batches.js';

/**
 * Returns the mean cross-entropy (in nats, without class weights) and the accuracy of a classifier on labeled cells.
 *
 * ```ts
 * const { loss, accuracy } = await evaluateClassifier(model, heldOutCells, labels);
 * ```
 *
 * @throws LabelError unless every cell has a label and every label is a class id
 */
export async function evaluateClassifier(
  model: BertForSequenceClassification,
  cells: AnyCells,
  labels: Int32Array,
  options: ReadingOptions = {},
): Promise<{ loss: number; accuracy: number }> {
  checkOptions('evaluateClassifier', options, readingOptionNames);
  classCounts(labels, cellLengths(cells).length, model.labels);
  const probabilities = await readProbabilities(model, cells, options);
  return meanLossAndAccuracy(probabilities, labels, model.labels.length);
}

/** Returns the mean of −ln of the true class's probability, and the share of rows where it is the largest; skips negative labels. */
function meanLossAndAccuracy(
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

/**
 * Returns the mean cross-entropy (in nats, without weights) and the accuracy of a gene classifier over labeled occurrences.
 *
 * @throws LabelError if labels do not match the cells, or a class has no token
 */
export async function evaluateTokenClassifier(
  model: BertForTokenClassification,
  cells: AnyCells,
  labels: TokenLabels,
  options: ReadingOptions = {},
): Promise<{ loss: number; accuracy: number }> {
  checkOptions('evaluateTokenClassifier', options, readingOptionNames);
  const { vocab_size } = model.config;
  const labelAt = labelReader(labels, cells, vocab_size, model.labels);
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  const { perToken } = countLabels(readable, labelAt, vocab_size, model.labels);
  const tokens = Array.from(perToken.keys()).filter((id) => perToken[id] > 0);
  const found = await readTokens(model, cells, { ...options, tokens });
  const truth = found.tokens.map((id, i) => labelAt(found.cells[i], found.positions[i], id));
  return meanLossAndAccuracy(found.probabilities, truth, found.classes);
}

/** Options of `evaluateMaskedLoss`. */
export interface MaskedLossOptions extends ReadingOptions {
  /** Seed of the masks, which are the same at every call; default 0. */
  seed?: number;
  /** Share of the genes of a cell to predict; default 0.15. */
  mlmProbability?: number;
}

const known: OptionNames<MaskedLossOptions> = { seed: true, mlmProbability: true, ...readingOptionNames };

/**
 * Returns the mean loss of the masked-gene objective on held-out cells, with the same masks at every call.
 *
 * @returns `loss` in nats per masked gene, and the number of masked genes
 */
export async function evaluateMaskedLoss(
  model: BertForMaskedLM,
  cells: AnyCells,
  options: MaskedLossOptions = {},
): Promise<{ loss: number; genes: number }> {
  checkOptions('evaluateMaskedLoss', options, known);
  const { seed = 0, mlmProbability = 0.15, batchTokens = 4096, ...reading } = options;
  const readable = readableCells(cells, model.cellsContract, reading.maxLength);
  const masking = maskingOptions(model.config.vocab_size, model.maskId, model.specialIds, mlmProbability);
  // Epochs count from 0; −1 makes these masks independent of those in training.
  const names = [seed, purposes.masks, -1];
  let sum = 0;
  let genes = 0;
  for await (const { reader, padded, batch } of readBatches(model, readable, 'evaluate', { ...reading, batchTokens })) {
    const masked = maskBatch(padded, batch.cells, masking, names);
    const loss = tf.tidy(() => {
      const input = encoderInput(padded, masked.inputIds);
      const logits = reader.logits(input, tf.tensor1d(masked.positions, 'int32'));
      return sparseSoftmaxCrossEntropy(logits, tf.tensor1d(masked.labels, 'int32'));
    });
    sum += (await loss.data())[0] * masked.count;
    genes += masked.count;
    loss.dispose();
  }
  return { loss: sum / genes, genes };
}

/**
 * Returns the mean squared error of a regression over known values; NaN targets are unknown.
 *
 * @throws LabelError unless there is one value per cell and label, and not all are NaN
 */
export async function evaluateRegression(
  model: BertForSequenceRegression,
  cells: AnyCells,
  targets: Float32Array,
  options: ReadingOptions = {},
): Promise<number> {
  checkOptions('evaluateRegression', options, readingOptionNames);
  const values = await readOutputs(model, cells, options, (outputs) => outputs);
  checkTargets(targets, values.length / model.labels.length, model.labels);
  let sum = 0;
  let known = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(targets[i])) continue;
    sum += (values[i] - targets[i]) ** 2;
    known++;
  }
  return sum / known;
}
