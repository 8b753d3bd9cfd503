import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import { embeddingSum, encode, type EncoderInput, normalizeEmbeddings } from '../bert/encoder.js';
import type { Pooling } from '../bert/heads.js';
import { type PaddedBatch, withMask } from '../data/padded-batch.js';
import { encoderInput, poolingInput } from '../models/input.js';
import type { BertModel } from '../models/model.js';
import { hiddenStateIndex } from './embed-cells.js';
import { checkSequences, levelsOf } from './sequence-input.js';

/** The vector whose change `deletionGradients` computes. */
export interface GradientRequest {
  /** Index of the hidden state, as in `embedCells`; default −1, the last. */
  layer?: number;
  /** How the vector of the cell is computed; default `mean`. */
  pooling?: Pooling;
}

const known: OptionNames<GradientRequest> = { layer: true, pooling: true };

/** Tokens that are read at once; a copy of the sequence per direction. */
const BATCH_TOKENS = 4096;

/**
 * Returns the first-order change of the vector of one cell when each token is deleted, along some directions: [directions × length].
 *
 * A token has a weight in all attention and in the mean. The weight is 1, and 0 once the token is deleted; the change is minus the gradient by
 * this weight. Later tokens move forward by one position: the gradient by their embeddings times the difference of the two position
 * embeddings is added. Without padding, a weight of 0 is exactly a deletion, so the error is of second order in the weight and in the steps.
 *
 * One pass forward and backward per direction covers all tokens.
 *
 * ```ts
 * const cell = { inputIds: Int32Array.of(9, 7, 5, 8) };
 * const along = new Float32Array(model.config.hidden_size).fill(1);
 * (await deletionGradients(model, cell, along)).length; // 4
 * ```
 *
 * @param cell - one sequence
 * @param directions - [directions × hidden_size]
 * @throws the errors of `readStates`; ArgumentError for a model of 8-bit integers, which has no gradients
 */
export async function deletionGradients(
  model: BertModel,
  cell: { inputIds: Int32Array; counts?: Float32Array },
  directions: Float32Array,
  request: GradientRequest = {},
): Promise<Float32Array> {
  checkOptions('deletionGradients', request, known);
  const { layer = -1, pooling = 'mean' } = request;
  const { config } = model;
  const width = config.hidden_size;
  const { length } = cell.inputIds;
  checkSequences({ rows: 1, length, inputIds: cell.inputIds }, config);
  if (model.parameters.centers) {
    throw new ArgumentError('model', 'computes in 8-bit integers, which have no gradients', 'load it in fp32');
  }
  if (directions.length === 0 || directions.length % width !== 0) {
    throw ArgumentError.of('directions.length', directions.length, `a multiple of the hidden size, ${width}`);
  }
  const total = directions.length / width;
  const rows = Math.max(1, Math.floor(BATCH_TOKENS / length));
  const changes = new Float32Array(total * length);
  for (let first = 0; first < total; first += rows) {
    const some = directions.subarray(first * width, (first + rows) * width);
    const batch = repeated(model, cell, some.length / width);
    const [weights, steps] = await gradients(model, batch, some, { layer, pooling });
    changes.set(sumChanges(weights, steps, length), first * length);
  }
  return changes;
}

/** Returns copies of a sequence as a batch. */
function repeated(
  { config }: BertModel,
  { inputIds, counts }: { inputIds: Int32Array; counts?: Float32Array },
  rows: number,
): PaddedBatch {
  const { length } = inputIds;
  const levels = levelsOf({ rows: 1, length, inputIds, ...(counts && { counts }) }, config);
  const copies = <T extends Int32Array | Float32Array>(all: T, one: T): T => {
    for (let row = 0; row < rows; row++) all.set(one, row * length);
    return all;
  };
  return withMask({
    rows,
    length,
    inputIds: copies(new Int32Array(rows * length), inputIds),
    lengths: new Int32Array(rows).fill(length),
    ...(levels && { levels: copies(new Float32Array(rows * length), levels) }),
  });
}

/** Returns the gradients by the weights of tokens, and those by embeddings times the step to the position before; both [rows × length]. */
async function gradients(
  { config, parameters, specialIds }: BertModel,
  batch: PaddedBatch,
  directions: Float32Array,
  { layer, pooling }: Required<GradientRequest>,
): Promise<[Float32Array, Float32Array]> {
  const { rows, length } = batch;
  const width = config.hidden_size;
  const to = hiddenStateIndex(layer, config);
  const found = tf.tidy(() => {
    const input: EncoderInput = encoderInput(batch);
    const { mean, first } = poolingInput(batch, pooling, specialIds);
    const along = tf.tensor2d(directions, [rows, width]);
    const projected = (logWeights: tf.Tensor, sum: tf.Tensor): tf.Scalar => {
      const keyWeights = logWeights as tf.Tensor2D;
      const state = normalizeEmbeddings(parameters, config, sum as tf.Tensor2D);
      const hidden = encode(parameters, config, state, input, { to, keyWeights });
      const vectors = mean
        ? meanOf(hidden, tf.mul(tf.reshape(mean, [rows, length]), tf.exp(keyWeights)))
        : tf.gather(hidden, first!);
      return tf.sum(tf.mul(vectors, along));
    };
    const [byWeight, byEmbedding] = tf.grads(projected)([
      tf.zeros([rows, length]),
      embeddingSum(parameters, config, input),
    ]);
    const positions = parameters.get('bert.embeddings.position_embeddings.weight');
    const [before, here] = [0, 1].map((from) => tf.slice(positions, [from, 0], [length - 1, width]));
    const steps = tf.reshape(tf.concat([tf.zeros([1, width]), tf.sub(before, here)], 0), [1, length, width]);
    return [byWeight, tf.sum(tf.mul(tf.reshape(byEmbedding, [rows, length, width]), steps), 2)] as const;
  });
  const values = await Promise.all(found.map((tensor) => tensor.data<'float32'>()));
  tf.dispose([...found]);
  return values as [Float32Array, Float32Array];
}

/** Returns per token minus the gradient by its weight, plus the steps of all later tokens. */
function sumChanges(weights: Float32Array, steps: Float32Array, length: number): Float32Array {
  const changes = new Float32Array(weights.length);
  for (let start = 0; start < weights.length; start += length) {
    let later = 0;
    for (let at = start + length - 1; at >= start; at--) {
      changes[at] = later - weights[at];
      later += steps[at];
    }
  }
  return changes;
}

/** Returns the mean [rows, hidden] of hidden states [rows × length, hidden] with weights [rows, length] that need not add up to 1. */
function meanOf(hidden: tf.Tensor2D, weights: tf.Tensor2D): tf.Tensor2D {
  const [rows, length] = weights.shape;
  const width = hidden.shape[1];
  const shares = tf.div(weights, tf.sum(weights, 1, true));
  const weighted = tf.mul(tf.reshape(hidden, [rows, length, width]), tf.reshape(shares, [rows, length, 1]));
  return tf.sum(weighted, 1);
}
