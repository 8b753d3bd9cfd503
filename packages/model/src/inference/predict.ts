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
import { readBatches, type ReadingOptions } from './read-batches.js';

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

export interface OutputOptions extends ReadingOptions {
  /** Output of the model's frozen part for these cells, computed before: only what is above it is computed. */
  frozenStates?: FrozenStates;
}

/** Outputs of the head for every cell [cells × labels], in their order, after `finish`. */
async function readOutputs(
  model: PooledModel,
  cells: AnyCells,
  { frozenStates, ...options }: OutputOptions,
  finish: (outputs: tf.Tensor2D) => tf.Tensor,
): Promise<Float32Array> {
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  await frozenStates?.check(model, readable);
  const columns = model.labels.length;
  const results = new Float32Array(readable.lengths.length * columns);
  for await (const { padded, batch } of readBatches(readable, model.config, 'predict', options)) {
    const outputs = tf.tidy(() => {
      if (frozenStates?.pooled) return finish(model.headLogits(frozenStates.at(padded, batch)));
      const input = classifierInput(padded, model.pooling, model.specialIds);
      const from = frozenStates && { layer: frozenStates.layer, state: frozenStates.at(padded, batch) };
      return finish(model.logits(input, { ...(from && { from }) }));
    });
    const values = await outputs.data<'float32'>();
    outputs.dispose();
    batch.cells.forEach((cell, row) => {
      results.set(values.subarray(row * columns, (row + 1) * columns), cell * columns);
    });
  }
  return results;
}

export interface TokenPredictionOptions extends ReadingOptions {
  /** Token ids to predict; default: every gene of the vocabulary. */
  tokens?: Iterable<number>;
}

/** What a gene classifier says of tokens: one row an occurrence of a gene in a cell. */
export interface TokenPredictions extends Occurrences {
  /** Softmax probabilities [occurrences × classes], row-major. */
  probabilities: Float32Array;
  classes: number;
  /** Class names by column. */
  labels: string[];
}

/**
 * Class probabilities of genes wherever they occur in cells; `averageByGene` makes one prediction a gene of them. Independent of
 * `batchTokens` beyond rounding.
 *
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
 */
export async function predictTokens(
  model: BertForTokenClassification,
  cells: AnyCells,
  { tokens, ...options }: TokenPredictionOptions = {},
): Promise<TokenPredictions> {
  const all = readableCells(cells, model.cellsContract, options.maxLength);
  const plan = planOccurrences(all, model, tokens);
  const classes = model.labels.length;
  const { values, ...found } = await collectOccurrences(model, plan, 'predict', options, classes, (input, positions) =>
    tf.softmax(model.logits(input, positions)),
  );
  return { probabilities: values, ...found, classes, labels: [...model.labels] };
}

/** One prediction a gene. */
export interface GenePredictions {
  /** Token ids, ascending. */
  tokens: Int32Array;
  /** Mean over occurrences of each class's probability [genes × classes]. */
  probabilities: Float32Array;
  /** Cells each gene occurred in. */
  occurrences: Int32Array;
  classes: number;
  labels: string[];
}

/** Averages the predictions of a gene over the cells it occurs in: the gene, not the occurrence, is what has a class. */
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
