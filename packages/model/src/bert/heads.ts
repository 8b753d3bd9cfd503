import { layerNorm, linear, tf } from '@geneformer-ts/engine';
import type { BertConfig } from './config.js';
import { type DropoutSeeds, dropped } from './encoder.js';
import { hasOwnDecoder } from './layout.js';
import type { Parameters } from './parameters.js';

/**
 * One vector for a cell. `cls`: that of position 0, as published (V2's `<cls>`, V1's top-ranked gene). `mean`: the average over its
 * genes, special tokens and padding left out.
 */
export type Pooling = 'cls' | 'mean';

/** Weighted sum over positions: hidden [rows × length, width] and weights [rows, 1, length] to [rows, width]. */
export function weightedMean(hidden: tf.Tensor2D, weights: tf.Tensor3D): tf.Tensor2D {
  const [rows, , length] = weights.shape;
  const width = hidden.shape[1];
  return tf.reshape(tf.matMul(weights, tf.reshape(hidden, [rows, length, width])), [rows, width]);
}

/**
 * Masked-gene logits [rows, vocabulary] of hidden states [rows, hidden]: dense → ReLU → LayerNorm → product with the decoder's
 * weights (the word embeddings, unless `tie_word_embeddings` is false) + bias.
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
 * Outputs [rows, classes] of one vector a cell [rows, hidden]: pooler dense → tanh → dropout → linear. Class logits, or the values of a
 * regression.
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
  return classified(parameters, config, pooled, seeds);
}

/** Dropout → linear: all of a token classifier's head, and the end of the others'. [rows, hidden] to [rows, classes]. */
export function classified(
  parameters: Parameters,
  config: BertConfig,
  vectors: tf.Tensor2D,
  seeds?: DropoutSeeds,
): tf.Tensor2D {
  const rate = config.classifier_dropout ?? config.hidden_dropout_prob;
  return linear(
    dropped(vectors, rate, seeds),
    parameters.get('classifier.weight'),
    parameters.get('classifier.bias'),
  ) as tf.Tensor2D;
}
