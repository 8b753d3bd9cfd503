import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import { type AnyCells, namesOf } from '../data/cells.js';
import { readableCells } from '../data/readable-cells.js';
import { classifierInput } from '../models/input.js';
import type {
  BertForSequenceClassification,
  BertForSequenceRegression,
  PooledModel,
} from '../models/sequence-models.js';
import type { BertForTokenClassification } from '../models/token-classification.js';
import type { FrozenStates } from './frozen-states.js';
import { collectOccurrences, type Occurrences, planOccurrences } from './occurrences.js';
import { readBatches, readingOptionNames, type ReadingOptions } from './read-batches.js';

/** Predictions of a cell classifier, in the order of the cells. */
export interface Predictions {
  /** Softmax probabilities [cells × classes], row-major. */
  probabilities: Float32Array;
  classes: number;
  /** Class names by column. */
  labels: string[];
  /** Names of the cells, if they have any. */
  cellIds?: string[];
}

/**
 * Returns the class probabilities of cells. Apart from rounding (about 1e-6), they do not depend on `batchTokens`.
 *
 * ```ts
 * const model = await BertForSequenceClassification.fromPretrained('classifier');
 * const { probabilities, labels } = await predict(model, cells); // [cells × labels.length]
 * ```
 *
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 * @throws FrozenStatesError if `frozenStates` do not belong to the cells and the model
 */
export async function predict(
  model: BertForSequenceClassification,
  cells: AnyCells,
  options: OutputOptions = {},
): Promise<Predictions> {
  checkOptions('predict', options, outputOptionNames);
  const probabilities = await readProbabilities(model, cells, options);
  return { probabilities, classes: model.labels.length, labels: [...model.labels], ...namesOf(cells) };
}

/** Predictions of a regression, in the order of the cells. */
export interface PredictedValues {
  /** [cells × labels], row-major. */
  values: Float32Array;
  /** Names of the values by column. */
  labels: string[];
  /** Names of the cells, if they have any. */
  cellIds?: string[];
}

/**
 * Returns the values that a regression predicts for cells.
 *
 * ```ts
 * const model = await BertForSequenceRegression.fromPretrained('ages');
 * const { values, labels } = await predictValues(model, cells); // [cells × labels.length]
 * ```
 *
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 * @throws FrozenStatesError if `frozenStates` do not belong to the cells and the model
 */
export async function predictValues(
  model: BertForSequenceRegression,
  cells: AnyCells,
  options: OutputOptions = {},
): Promise<PredictedValues> {
  checkOptions('predictValues', options, outputOptionNames);
  const values = await readOutputs(model, cells, options, (outputs) => outputs);
  return { values, labels: [...model.labels], ...namesOf(cells) };
}

/** Options of `predict` and `predictValues`. */
export interface OutputOptions extends ReadingOptions {
  /** Precomputed output of the frozen part for these cells; only the layers above it are computed. */
  frozenStates?: FrozenStates;
}

const outputOptionNames: OptionNames<OutputOptions> = { frozenStates: true, ...readingOptionNames };

/** Returns the class probabilities of every cell [cells × labels], in the order of the cells. */
export async function readProbabilities(
  model: BertForSequenceClassification,
  cells: AnyCells,
  options: OutputOptions,
): Promise<Float32Array> {
  return readOutputs(model, cells, options, (logits) => tf.softmax(logits));
}

/** Returns the outputs of the head for every cell [cells × labels] after `finish`, in the order of the cells. */
export async function readOutputs(
  model: PooledModel,
  cells: AnyCells,
  { frozenStates, ...options }: OutputOptions,
  finish: (outputs: tf.Tensor2D) => tf.Tensor,
): Promise<Float32Array> {
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  await frozenStates?.check(model, readable);
  const columns = model.labels.length;
  const results = new Float32Array(readable.lengths.length * columns);
  for await (const { reader, padded, batch } of readBatches(model, readable, 'predict', options)) {
    const outputs = tf.tidy(() => {
      if (frozenStates?.pooled) return finish(reader.headLogits(frozenStates.at(padded, batch)));
      const input = classifierInput(padded, model.pooling, model.specialIds);
      const from = frozenStates && { layer: frozenStates.layer, state: frozenStates.at(padded, batch) };
      return finish(reader.logits(input, { ...(from && { from }) }));
    });
    const values = await outputs.data<'float32'>();
    outputs.dispose();
    batch.cells.forEach((cell, row) => {
      results.set(values.subarray(row * columns, (row + 1) * columns), cell * columns);
    });
  }
  return results;
}

/** Options of `predictTokens`. */
export interface TokenPredictionOptions extends ReadingOptions {
  /** Token ids of the genes to classify; default all genes. */
  tokens?: Iterable<number>;
}

const tokenOptionNames: OptionNames<TokenPredictionOptions> = { tokens: true, ...readingOptionNames };

/** Predictions of a gene classifier, one row per occurrence of a gene in a cell. */
export interface TokenPredictions extends Occurrences {
  /** Softmax probabilities [occurrences × classes], row-major. */
  probabilities: Float32Array;
  classes: number;
  /** Class names by column. */
  labels: string[];
}

/**
 * Returns the class probabilities of all occurrences of genes in cells; `averageByGene` returns one prediction per gene. Apart from
 * rounding, they do not depend on `batchTokens`.
 *
 * ```ts
 * const model = await BertForTokenClassification.fromPretrained('gene-classifier');
 * const { tokens, probabilities } = averageByGene(await predictTokens(model, cells, { tokens: heldOutGenes }));
 * ```
 *
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 */
export async function predictTokens(
  model: BertForTokenClassification,
  cells: AnyCells,
  options: TokenPredictionOptions = {},
): Promise<TokenPredictions> {
  checkOptions('predictTokens', options, tokenOptionNames);
  return readTokens(model, cells, options);
}

/** {@link predictTokens} with options that are checked. */
export async function readTokens(
  model: BertForTokenClassification,
  cells: AnyCells,
  { tokens, ...options }: TokenPredictionOptions,
): Promise<TokenPredictions> {
  const all = readableCells(cells, model.cellsContract, options.maxLength);
  const plan = planOccurrences(all, model, tokens);
  const classes = model.labels.length;
  const { values, ...found } = await collectOccurrences(
    model,
    plan,
    'predict',
    options,
    classes,
    (reader, input, positions) => tf.softmax(reader.logits(input, positions)),
  );
  return { probabilities: values, ...found, classes, labels: [...model.labels] };
}

/** One prediction per gene. */
export interface GenePredictions {
  /** Token ids, ascending. */
  tokens: Int32Array;
  /** Mean probability of each class over the occurrences [genes × classes]. */
  probabilities: Float32Array;
  /** Number of cells that contain each gene. */
  occurrences: Int32Array;
  classes: number;
  labels: string[];
}

/** Returns one prediction per gene, the mean over the cells that contain it, because a class belongs to a gene, not to an occurrence. */
export function averageByGene({ probabilities, tokens, classes, labels }: TokenPredictions): GenePredictions {
  const ids = Int32Array.from(new Set(tokens)).sort();
  const rowOf = new Map(Array.from(ids, (id, row) => [id, row]));
  const sums = new Float64Array(ids.length * classes);
  const counts = new Int32Array(ids.length);
  for (let i = 0; i < tokens.length; i++) {
    const row = rowOf.get(tokens[i]) as number;
    counts[row]++;
    for (let k = 0; k < classes; k++) sums[row * classes + k] += probabilities[i * classes + k];
  }
  return {
    tokens: ids,
    probabilities: Float32Array.from(sums, (sum, at) => sum / counts[Math.floor(at / classes)]),
    occurrences: counts,
    classes,
    labels: [...labels],
  };
}
