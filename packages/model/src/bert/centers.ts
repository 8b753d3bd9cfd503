import { tf } from '@geneformer-ts/engine';
import type { BertConfig } from './config.js';
import type { Parameters } from './parameters.js';

/**
 * Means of the activations that the products of a layer read. Activations of trained models have a large part that is the
 * same for all genes and cells. Rounded to 8 bits, it would leave few steps for the part that differs.
 */
export interface LayerCenters {
  /** Of the input of the layer. */
  input: tf.Tensor1D;
  /** Of the output of attention, before its linear map. */
  context: tf.Tensor1D;
  /** Of the input of the widening map. */
  attended: tf.Tensor1D;
  /** Of the output of the widening map, after ReLU; [intermediate], the others [hidden]. */
  widened: tf.Tensor1D;
}

/** Names of the activations. */
export type Activation = keyof LayerCenters;

/**
 * Returns the vectors of the encoder with which the activations have mean 0 where the layers multiply them by weights. The
 * means, times the weights in full precision, become part of the biases, so the outputs stay the same and no op is added. The
 * first layer must get its input without the mean, and the output of layer i lacks the mean of the input of layer i + 1.
 *
 * @param centers of each layer
 */
export function centeredVectors(
  parameters: Parameters,
  { num_hidden_layers }: BertConfig,
  centers: readonly LayerCenters[],
): Map<string, tf.Tensor> {
  const vectors = new Map<string, tf.Tensor>();
  for (let index = 0; index < num_hidden_layers; index++) {
    const at = (name: string): string => `bert.encoder.layer.${index}.${name}`;
    const { input, context, attended, widened } = centers[index];
    const product = (mean: tf.Tensor1D, name: string): tf.Tensor1D =>
      tf.reshape(tf.matMul(tf.reshape(mean, [1, -1]), parameters.get(at(`${name}.weight`))), [-1]);
    const shift = (name: string, ...terms: tf.Tensor[]): void => {
      vectors.set(
        at(name),
        terms.reduce<tf.Tensor>((sum, term) => tf.add(sum, term), parameters.get(at(name))),
      );
    };
    shift('attention.self.query.bias', product(input, 'attention.self.query'));
    shift('attention.self.key.bias', product(input, 'attention.self.key'));
    // Attention averages the values, so what all of them lack its output lacks too.
    shift('attention.self.value.bias', product(input, 'attention.self.value'), tf.neg(context));
    shift('attention.output.dense.bias', product(context, 'attention.output.dense'), input);
    shift('attention.output.LayerNorm.bias', tf.neg(attended));
    // ReLU of this sum would be max(sum + widened, 0) − widened = max(sum, −widened).
    shift('intermediate.dense.bias', product(attended, 'intermediate.dense'), tf.neg(widened));
    shift('output.dense.bias', product(widened, 'output.dense'), attended);
    const next = centers.at(index + 1)?.input;
    if (next) shift('output.LayerNorm.bias', tf.neg(next));
  }
  return vectors;
}
