import { dropout, layerNorm, linear, multiHeadAttention, tf } from '@geneformer-ts/engine';
import type { Activation } from './centers.js';
import type { BertConfig } from './config.js';
import type { Parameters } from './parameters.js';
import { weightedAttention } from './weighted-attention.js';

/**
 * BERT's encoder in Geneformer's variant: post-LayerNorm layers, ReLU, learned positions. Activations are [batch × length, hidden],
 * so that every linear map is one matrix product. Heads, losses and cells are elsewhere.
 */

/** One padded batch on the backend. */
export interface EncoderInput {
  rows: number;
  length: number;
  /** Token ids, int32 [rows × length]; the pad id at padding. */
  inputIds: tf.Tensor1D;
  /** Additive attention mask [rows, 1, 1, length]: 0 at tokens, a large negative number at padding. Absent without padding. */
  mask?: tf.Tensor4D;
  /** Expression levels [rows × length], log(1 + counts per 10,000), 0 at padding; of models with `expression_levels`. */
  levels?: tf.Tensor1D;
}

/** Returns a new dropout seed at each call; absent outside training. */
export type DropoutSeeds = () => number;

interface Pass {
  parameters: Parameters;
  config: BertConfig;
  rows: number;
  length: number;
  mask: tf.Tensor4D | undefined;
  seeds: DropoutSeeds | undefined;
  observe: Observer | undefined;
  keyWeights: tf.Tensor2D | undefined;
}

/** Receives the activations [rows × length, hidden or intermediate] that the products of a layer read. */
export type Observer = (layer: number, activation: Activation, x: tf.Tensor2D) => void;

/**
 * Returns hidden state 0, [rows × length, hidden]: word + position + token type 0 → LayerNorm → dropout. With levels, the vector of a
 * word is (word + token type 1) × level; published models never use token type 1.
 */
export function embed(
  parameters: Parameters,
  config: BertConfig,
  input: EncoderInput,
  seeds?: DropoutSeeds,
): tf.Tensor2D {
  return normalizeEmbeddings(parameters, config, embeddingSum(parameters, config, input), seeds);
}

/** Returns word + position + token type, [rows × length, hidden]. */
export function embeddingSum(parameters: Parameters, config: BertConfig, input: EncoderInput): tf.Tensor2D {
  const { rows, length } = input;
  const hidden = config.hidden_size;
  const at = (name: string) => parameters.get(`bert.embeddings.${name}`);
  const words = tf.reshape(wordVectors(parameters, input, hidden), [rows, length, hidden]);
  const positions = tf.slice(at('position_embeddings.weight'), [0, 0], [length, hidden]);
  const type = tf.slice(at('token_type_embeddings.weight'), [0, 0], [1, hidden]);
  return tf.reshape(tf.add(words, tf.add(positions, type)), [rows * length, hidden]);
}

/** Returns hidden state 0 of a sum of embeddings. */
export function normalizeEmbeddings(
  parameters: Parameters,
  config: BertConfig,
  sum: tf.Tensor2D,
  seeds?: DropoutSeeds,
): tf.Tensor2D {
  const at = (name: string) => parameters.get(`bert.embeddings.${name}`);
  const normed = layerNorm(sum, at('LayerNorm.weight'), at('LayerNorm.bias'), config.layer_norm_eps);
  return applyDropout(normed, config.hidden_dropout_prob, seeds) as tf.Tensor2D;
}

/** Returns the vectors of the words of a batch [rows × length, hidden], scaled by their levels if there are any. */
function wordVectors(parameters: Parameters, { inputIds, levels }: EncoderInput, hidden: number): tf.Tensor {
  const words = tf.gather(parameters.get('bert.embeddings.word_embeddings.weight'), inputIds);
  if (!levels) return words;
  const scale = tf.slice(parameters.get('bert.embeddings.token_type_embeddings.weight'), [1, 0], [1, hidden]);
  return tf.mul(tf.add(words, scale), tf.reshape(levels, [levels.size, 1]));
}

/**
 * Computes hidden state `to` from hidden state `from` ([rows × length, hidden]); hidden state i is the output of layer i − 1.
 *
 * @param keyWeights [rows, length]: logarithms of the weights of keys in every attention. Unlike a mask, they have a gradient.
 * @param queries flat positions (row × length + position), the same number per row. The last layer is computed only at these
 *   positions, and the result is [queries, hidden]. The values are exact: a post-LayerNorm layer mixes positions only in attention.
 */
export function encode(
  parameters: Parameters,
  config: BertConfig,
  hidden: tf.Tensor2D,
  input: Pick<EncoderInput, 'rows' | 'length' | 'mask'>,
  options: {
    from?: number;
    to?: number;
    queries?: tf.Tensor1D;
    seeds?: DropoutSeeds | undefined;
    observe?: Observer;
    keyWeights?: tf.Tensor2D;
  } = {},
): tf.Tensor2D {
  const { from = 0, to = config.num_hidden_layers, queries, seeds, observe, keyWeights } = options;
  const { rows, length, mask } = input;
  const pass: Pass = { parameters, config, rows, length, mask, seeds, observe, keyWeights };
  if (from === to) return queries ? tf.gather(hidden, queries) : hidden;
  const [lacking, lacked] = [from, to].map((state) => parameters.centers?.[state]?.input);
  let state = lacking ? tf.sub<tf.Tensor2D>(hidden, lacking) : hidden;
  for (let index = from; index < to; index++) {
    state = layer(pass, state, index, index === to - 1 ? queries : undefined);
  }
  return lacked ? tf.add(state, lacked) : state;
}

function layer(pass: Pass, input: tf.Tensor2D, index: number, queries: tf.Tensor1D | undefined): tf.Tensor2D {
  const { parameters, config, seeds, observe } = pass;
  const at = (name: string) => parameters.vector(`bert.encoder.layer.${index}.${name}`);
  const dense = (x: tf.Tensor2D, name: string, activation?: 'relu') => {
    const weight = parameters.weight(`bert.encoder.layer.${index}.${name}.weight`);
    return linear(x, weight, at(`${name}.bias`), activation) as tf.Tensor2D;
  };
  const addAndNorm = (x: tf.Tensor2D, residual: tf.Tensor2D, name: string) =>
    layerNorm(
      tf.add(applyDropout(x, config.hidden_dropout_prob, seeds), residual),
      at(`${name}.LayerNorm.weight`),
      at(`${name}.LayerNorm.bias`),
      config.layer_norm_eps,
    ) as tf.Tensor2D;

  observe?.(index, 'input', input);
  const queried = queries ? tf.gather<tf.Tensor2D>(input, queries) : input;
  const queriedLength = queries ? queries.size / pass.rows : pass.length;
  const byRow = (x: tf.Tensor2D, length: number): tf.Tensor3D => tf.reshape(x, [pass.rows, length, config.hidden_size]);
  const [q, k, v] = [
    byRow(dense(queried, 'attention.self.query'), queriedLength),
    byRow(dense(input, 'attention.self.key'), pass.length),
    byRow(dense(input, 'attention.self.value'), pass.length),
  ];
  const heads = config.num_attention_heads;
  const context = pass.keyWeights
    ? weightedAttention(q, k, v, pass.keyWeights, heads)
    : multiHeadAttention(q, k, v, { heads, mask: pass.mask, ...attentionDropout(config, seeds) });
  const merged: tf.Tensor2D = tf.reshape(context, [pass.rows * queriedLength, config.hidden_size]);
  observe?.(index, 'context', merged);
  const attended = addAndNorm(dense(merged, 'attention.output.dense'), queried, 'attention.output');
  observe?.(index, 'attended', attended);
  const center = parameters.centers?.[index].widened;
  const widened = center
    ? tf.maximum<tf.Tensor2D>(dense(attended, 'intermediate.dense'), tf.neg(center))
    : dense(attended, 'intermediate.dense', 'relu');
  observe?.(index, 'widened', widened);
  return addAndNorm(dense(widened, 'output.dense'), attended, 'output');
}

function attentionDropout(config: BertConfig, seeds: DropoutSeeds | undefined) {
  const rate = config.attention_probs_dropout_prob;
  return seeds && rate > 0 ? { dropout: { rate, seed: seeds() } } : {};
}

/** Applies dropout in training; returns `x` otherwise. */
export function applyDropout<T extends tf.Tensor>(x: T, rate: number, seeds: DropoutSeeds | undefined): T {
  return seeds && rate > 0 ? (dropout(x, rate, seeds()) as T) : x;
}
