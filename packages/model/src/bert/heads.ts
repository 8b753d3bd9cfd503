import { layerNorm, linear, tf } from '@geneformer-ts/engine';
import type { BertConfig } from './config.js';
import { type DropoutSeeds, applyDropout } from './encoder.js';
import { hasOwnDecoder } from './layout.js';
import type { Parameters } from './parameters.js';

/**
 * How the vector of a cell is computed. `cls`: the vector at position 0, as published (`<cls>` in V2, the top-ranked gene in V1).
 * `mean`: the mean over the genes, without special tokens and padding.
 */
export type Pooling = (typeof poolings)[number];
export const poolings = ['cls', 'mean'] as const;

/** Returns the weighted sum over positions, [rows, width], of hidden states [rows × length, width] with weights [rows, 1, length]. */
export function weightedMean(hidden: tf.Tensor2D, weights: tf.Tensor3D): tf.Tensor2D {
  const [rows, , length] = weights.shape;
  const width = hidden.shape[1];
  return tf.reshape(tf.matMul(weights, tf.reshape(hidden, [rows, length, width])), [rows, width]);
}

/**
 * Returns the masked-gene logits [rows, vocabulary] of hidden states [rows, hidden]: dense → ReLU → LayerNorm → product with the
 * weights of the decoder (the word embeddings, unless `tie_word_embeddings` is false) + bias.
 */
export function maskedLmLogits(parameters: Parameters, config: BertConfig, hidden: tf.Tensor2D): tf.Tensor2D {
  const at = (name: string) => parameters.get(`cls.predictions.${name}`);
  const dense = linear(hidden, at('transform.dense.weight'), at('transform.dense.bias'), 'relu');
  const transformed = layerNorm(
    dense,
    at('transform.LayerNorm.weight'),
    at('transform.LayerNorm.bias'),
    config.layer_norm_eps,
  );
  const decoder = hasOwnDecoder(config)
    ? at('decoder.weight')
    : parameters.get('bert.embeddings.word_embeddings.weight');
  return tf.add(tf.matMul(transformed as tf.Tensor2D, decoder as tf.Tensor2D, false, true), at('bias'));
}

/**
 * Returns the outputs [rows, outputs] of cell vectors [rows, hidden]: pooler (dense → tanh) → dropout → linear. The outputs are
 * class logits, or the values of a regression.
 */
export function pooledOutputs(
  parameters: Parameters,
  config: BertConfig,
  vectors: tf.Tensor2D,
  seeds?: DropoutSeeds,
): tf.Tensor2D {
  const pooled = linear(
    vectors,
    parameters.get('bert.pooler.dense.weight'),
    parameters.get('bert.pooler.dense.bias'),
    'tanh',
  ) as tf.Tensor2D;
  return classifierLogits(parameters, config, pooled, seeds);
}

/** Returns dropout → linear, [rows, hidden] → [rows, outputs]: the whole head of a token classifier, and the end of pooled heads. */
export function classifierLogits(
  parameters: Parameters,
  config: BertConfig,
  vectors: tf.Tensor2D,
  seeds?: DropoutSeeds,
): tf.Tensor2D {
  const rate = config.classifier_dropout ?? config.hidden_dropout_prob;
  return linear(
    applyDropout(vectors, rate, seeds),
    parameters.get('classifier.weight'),
    parameters.get('classifier.bias'),
  ) as tf.Tensor2D;
}
