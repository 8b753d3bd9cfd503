import { ArgumentError } from '@geneformer-ts/core';
import { tf } from '../tf.js';
import { checkDropout, dropoutMask } from '../random/mask-pool.js';
import { isOnnx, runKernel } from './run-kernel.js';

export interface AttentionOptions {
  /** Added to the scores before the softmax: [batch, 1, 1, length], 0 where a key may be seen and very negative where not. */
  mask?: tf.Tensor | undefined;
  /** Dropout of the attention probabilities; the mask is a function of the shape, the rate and the seed. */
  dropout?: { rate: number; seed: number } | undefined;
}

/**
 * Scaled dot-product attention, `softmax(q · kᵀ / sqrt(headDim) + mask) · v` for each batch row and head (Vaswani et al. 2017).
 *
 * On the onnx backend the scores are computed in blocks and computed again for the gradient, so that memory does not grow with the
 * square of the length (Dao et al. 2022, without the online softmax: rows are whole).
 *
 * @param q of shape [batch, heads, queries, headDim]: where only some positions ask, queries is less than length
 * @param k of shape [batch, heads, length, headDim]; v likewise
 * @returns shape [batch, heads, queries, headDim]
 * @throws {ArgumentError} when the shapes do not meet
 */
export function attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, options: AttentionOptions = {}): tf.Tensor {
  const { mask } = options;
  const dropout = options.dropout?.rate ? options.dropout : undefined;
  checkShapes(q, k, v, mask);
  if (dropout) checkDropout(dropout.rate, dropout.seed);
  return isOnnx() ? fused(q, k, v, mask, dropout) : composed(q, k, v, mask, dropout);
}

function checkShapes(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor | undefined): void {
  const [batch = 0, heads = 0, , headDim = 0] = q.shape;
  const length = k.shape[2] ?? 0;
  const met = tf.util.arraysEqual(k.shape, [batch, heads, length, headDim]) && tf.util.arraysEqual(k.shape, v.shape);
  if (q.rank !== 4 || !met) {
    const shapes = [q, k, v].map((tensor) => `[${tensor.shape.join(', ')}]`).join(', ');
    throw new ArgumentError(
      'attention',
      `q, k and v do not match; they have ${shapes}`,
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
    return tf.matMul(dropout ? tf.mul(probabilities, drawn(q, k, dropout)) : probabilities, v);
  });
}

/** What the probabilities are multiplied with. */
function drawn(q: tf.Tensor, k: tf.Tensor, { rate, seed }: NonNullable<Dropout>): tf.Tensor {
  const [batch = 0, heads = 0, queries = 0] = q.shape;
  const shape = [batch, heads, queries, k.shape[2] ?? 0];
  return tf.tensor(dropoutMask(tf.util.sizeFromShape(shape), rate, seed), shape, 'float32');
}

function fused(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor | undefined, dropout: Dropout): tf.Tensor {
  return tf.customGrad((...args) => {
    const [q, k, v, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [out] = runKernel('FusedAttention', { q, k, v, mask, drop: dropout && drawn(q, k, dropout) }) as [tf.Tensor];
    save(mask ? [q, k, v, out, mask] : [q, k, v, out]);
    return {
      value: out,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [q, k, v, out, mask] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor | undefined];
        return runKernel('FusedAttentionGrad', { dy, q, k, v, out, mask, drop: dropout && drawn(q, k, dropout) });
      },
    };
  })(q, k, v);
}
