import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import { embed, encode } from '../bert/encoder.js';
import type { BertConfig } from '../bert/config.js';
import { type Pooling, weightedMean } from '../bert/heads.js';
import { withMask } from '../data/padded-batch.js';
import { encoderInput, poolingInput } from '../models/input.js';
import type { BertModel } from '../models/model.js';
import { PooledModel } from '../models/sequence-models.js';
import { hiddenStateIndex } from './embed-cells.js';
import { checkSequences, levelsOf } from './sequence-input.js';

/** Sequences of one length, row by row. */
export interface SequenceBatch {
  /** Number of sequences. */
  rows: number;
  /** Tokens per sequence. */
  length: number;
  /** Token ids [rows × length]. */
  inputIds: Int32Array;
  /** Counts per 10,000 of each token; models with `expression_levels` read them. */
  counts?: Float32Array;
}

/** What `readStates` computes. */
export interface StatesRequest {
  /** Index of the hidden state of vectors and tokens, as in `embedCells`; default −1, the last. */
  layer?: number;
  /** Compute one vector per sequence with this pooling. */
  pooling?: Pooling;
  /** Compute the vector of every token; default false. */
  tokens?: boolean;
  /** Compute the class probabilities of a cell classifier; default false. */
  probabilities?: boolean;
}

/** The outputs of a batch, each present if it was requested. */
export interface SequenceStates {
  /** [rows × hidden_size]. */
  vectors?: Float32Array;
  /** [rows × length × hidden_size]. */
  tokens?: Float32Array;
  /** [rows × labels]. */
  probabilities?: Float32Array;
}

const known: OptionNames<StatesRequest> = { layer: true, pooling: true, tokens: true, probabilities: true };

/** ONNX Runtime multiplies a single row by another algorithm, which rounds differently. */
const LEAST_ROWS = 2;

/**
 * Computes several outputs of sequences of equal length in one pass, without padding. On one thread of backend `onnx` the bits of a
 * sequence do not depend on the other sequences of the batch or on their number.
 *
 * ```ts
 * const batch = { rows: 2, length: 3, inputIds: Int32Array.of(5, 9, 4, 5, 4, 9) };
 * const { vectors, tokens } = await readStates(model, batch, { layer: -2, pooling: 'mean', tokens: true });
 * ```
 *
 * @throws ArgumentError for a layer that the model does not have, probabilities of a model that is not a cell classifier, missing
 *   counts, or token ids that do not fit the batch or the model
 */
export async function readStates(
  model: BertModel,
  batch: SequenceBatch,
  request: StatesRequest,
): Promise<SequenceStates> {
  checkOptions('readStates', request, known);
  const { layer = -1, pooling, tokens = false, probabilities = false } = request;
  const { config, parameters, specialIds } = model;
  const to = hiddenStateIndex(layer, config);
  const classifier = probabilities ? classifierOf(model) : undefined;
  checkSequences(batch, config);
  const { rows, length, inputIds, levels } = enoughRows(batch, config);
  const padded = withMask({
    rows,
    length,
    inputIds,
    lengths: new Int32Array(rows).fill(length),
    ...(levels && { levels }),
  });
  const outputs = tf.tidy((): tf.NamedTensorMap => {
    const input = encoderInput(padded);
    const state = embed(parameters, config, input);
    const vectorsOf = (options: { from: number; to: number; hidden: tf.Tensor2D; pooling: Pooling }): tf.Tensor2D => {
      const { first, mean } = poolingInput(padded, options.pooling, specialIds);
      const { from, to: last } = options;
      const hidden = encode(parameters, config, options.hidden, input, {
        from,
        to: last,
        ...(first && { queries: first }),
      });
      return mean ? weightedMean(hidden, mean) : hidden;
    };
    // Without other users of the state, `cls` computes the last layer at one position only.
    const isShared = tokens || classifier !== undefined;
    const shared = isShared ? encode(parameters, config, state, input, { to }) : undefined;
    const results: tf.NamedTensorMap = {};
    if (pooling) {
      const start = shared ? { from: to, to, hidden: shared } : { from: 0, to, hidden: state };
      results['vectors'] = vectorsOf({ ...start, pooling });
    }
    if (shared && tokens) results['tokens'] = shared;
    if (shared && classifier) {
      const last = { from: to, to: config.num_hidden_layers, hidden: shared, pooling: classifier.pooling };
      results['probabilities'] = tf.softmax(classifier.headLogits(vectorsOf(last)));
    }
    return results;
  });
  const states: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    const values = await tensor.data<'float32'>();
    states[name] = values.slice(0, (values.length / rows) * batch.rows);
  }
  tf.dispose(outputs);
  return states;
}

function classifierOf(model: BertModel): PooledModel {
  if (model instanceof PooledModel && model.head.kind === 'sequence-classification') return model;
  throw new ArgumentError('probabilities', `the model is a ${model.architecture}`, 'load a cell classifier');
}

/** Repeats the sequence of a batch with a single one. */
function enoughRows(batch: SequenceBatch, config: BertConfig) {
  const { rows, length, inputIds } = batch;
  const levels = levelsOf(batch, config);
  if (rows >= LEAST_ROWS) return { rows, length, inputIds, ...(levels && { levels }) };
  const repeated = <T extends Int32Array | Float32Array>(all: T, values: T): T => {
    for (let row = 0; row < LEAST_ROWS; row++) all.set(values, row * length);
    return all;
  };
  const size = LEAST_ROWS * length;
  return {
    rows: LEAST_ROWS,
    length,
    inputIds: repeated(new Int32Array(size), inputIds),
    ...(levels && { levels: repeated(new Float32Array(size), levels) }),
  };
}
