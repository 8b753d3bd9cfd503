import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { tf } from '../tf.js';
import { checkDropout, dropoutMask } from '../random/mask-pool.js';
import { isOnnxOnCpu, runKernel } from './run-kernel.js';

/** Options of {@link attention}. */
export interface AttentionOptions {
  /** Added to the scores before the softmax, of shape [batch, 1, 1, length]: 0 for visible keys, very negative for masked keys. */
  mask?: tf.Tensor | undefined;
  /** Dropout of the attention probabilities; the mask depends only on shape, rate and seed. */
  dropout?: { rate: number; seed: number } | undefined;
}

const known: OptionNames<AttentionOptions> = { mask: true, dropout: true };

/**
 * Returns scaled dot-product attention, `softmax(q · kᵀ / sqrt(headDim) + mask) · v` for each batch row and head (Vaswani et al. 2017).
 *
 * On the onnx backend the scores are computed in blocks and recomputed for the gradient, so that memory does not grow with the square of
 * the length (Dao et al. 2022, without the online softmax, because blocks have whole rows).
 *
 * ```ts
 * const x = tf.randomNormal([2, 4, 512, 64]); // batch, heads, length, headDim
 * attention(x, x, x, { mask: tf.zeros([2, 1, 1, 512]) }).shape; // [2, 4, 512, 64]
 * ```
 *
 * @param q queries, [batch, heads, queries, headDim]; there can be fewer queries than keys
 * @param k keys, [batch, heads, length, headDim]
 * @param v values, [batch, heads, length, headDim]
 * @returns [batch, heads, queries, headDim]
 * @throws {ArgumentError} when the shapes do not match
 */
export function attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, options: AttentionOptions = {}): tf.Tensor {
  checkOptions('attention', options, known);
  const { mask } = options;
  const dropout = options.dropout?.rate ? options.dropout : undefined;
  checkShapes(q, k, v, mask);
  if (dropout) checkDropout(dropout.rate, dropout.seed);
  return isOnnxOnCpu() ? fused(q, k, v, mask, dropout) : composed(q, k, v, mask, dropout);
}

function checkShapes(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor | undefined): void {
  const [batch = 0, heads = 0, , headDim = 0] = q.shape;
  const length = k.shape[2] ?? 0;
  const match = tf.util.arraysEqual(k.shape, [batch, heads, length, headDim]) && tf.util.arraysEqual(k.shape, v.shape);
  if (q.rank !== 4 || !match) {
    const shapes = [q, k, v].map((tensor) => `[${tensor.shape.join(', ')}]`).join(', ');
    throw new ArgumentError(
      'attention',
      `shapes of q, k and v do not match: ${shapes}`,
      'give q [batch, heads, queries, headDim] and k, v [batch, heads, length, headDim]',
    );
  }
  if (mask && !tf.util.arraysEqual(mask.shape, [batch, 1, 1, length])) {
    throw new ArgumentError(
      'attention',
      `mask [${mask.shape.join(', ')}] does not match`,
      `give [${batch}, 1, 1, ${length}]`,
    );
  }
}

type Dropout = AttentionOptions['dropout'];

function composed(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor | undefined, dropout: Dropout): tf.Tensor {
  const scale = 1 / Math.sqrt(q.shape[3] ?? 0);
  return tf.tidy(() => {
    const scores = tf.mul(tf.matMul(q, k, false, true), tf.scalar(scale));
    const probabilities = tf.softmax(mask ? tf.add(scores, mask) : scores);
    return tf.matMul(dropout ? tf.mul(probabilities, maskOf(q, k, dropout)) : probabilities, v);
  });
}

/** Returns the dropout mask of the probabilities. */
function maskOf(q: tf.Tensor, k: tf.Tensor, { rate, seed }: NonNullable<Dropout>): tf.Tensor {
  const [batch = 0, heads = 0, queries = 0] = q.shape;
  const shape = [batch, heads, queries, k.shape[2] ?? 0];
  return tf.tensor(dropoutMask(tf.util.sizeFromShape(shape), rate, seed), shape, 'float32');
}

function fused(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor | undefined, dropout: Dropout): tf.Tensor {
  return tf.customGrad((...args) => {
    const [q, k, v, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [out] = runKernel('FusedAttention', { q, k, v, mask, drop: dropout && maskOf(q, k, dropout) }) as [tf.Tensor];
    save(mask ? [q, k, v, out, mask] : [q, k, v, out]);
    return {
      value: out,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [q, k, v, out, mask] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor | undefined];
        return runKernel('FusedAttentionGrad', { dy, q, k, v, out, mask, drop: dropout && maskOf(q, k, dropout) });
      },
    };
  })(q, k, v);
}
