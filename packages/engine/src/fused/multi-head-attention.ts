import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { tf } from '../tf.js';
import { defineLowering } from '../graph/lowering.js';
import { input, register } from '../kernels/register.js';
import { attention, type AttentionOptions } from './attention.js';
import { isOnnxOnCpu, runKernel } from './run-kernel.js';

/** Options of {@link multiHeadAttention}. */
export interface MultiHeadAttentionOptions extends AttentionOptions {
  /** Number of heads, a divisor of the width. */
  heads: number;
}

const known: OptionNames<MultiHeadAttentionOptions> = { heads: true, mask: true, dropout: true };

/**
 * Returns {@link attention} of operands whose last axis has the heads side by side, as linear layers give them.
 *
 * On the onnx backend, attention without mask and dropout is one op of ONNX Runtime: flash attention (Dao et al. 2022), which never has
 * more than a block of scores in memory. So give batches of equal lengths no mask.
 *
 * ```ts
 * const x = tf.randomNormal([2, 512, 256]); // batch, length, width
 * multiHeadAttention(x, x, x, { heads: 4 }).shape; // [2, 512, 256]
 * ```
 *
 * @param q queries, [batch, queries, width]; there can be fewer queries than keys
 * @param k keys, [batch, length, width]
 * @param v values, [batch, length, width]
 * @returns [batch, queries, width]
 * @throws {ArgumentError} when the shapes do not match, or the width is not a multiple of the heads
 */
export function multiHeadAttention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  options: MultiHeadAttentionOptions,
): tf.Tensor {
  checkOptions('multiHeadAttention', options, known);
  const { heads, ...rest } = options;
  checkWidths(q, k, v, heads);
  if (isOnnxOnCpu() && !rest.mask && !rest.dropout?.rate) return flash(q, k, v, heads);
  return merge(attention(split(q, heads), split(k, heads), split(v, heads), rest));
}

function checkWidths(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, heads: number): void {
  const [batch = 0, , width = 0] = q.shape;
  const match = k.shape[0] === batch && k.shape[2] === width && tf.util.arraysEqual(k.shape, v.shape);
  if (q.rank !== 3 || k.rank !== 3 || !match) {
    const shapes = [q, k, v].map((tensor) => `[${tensor.shape.join(', ')}]`).join(', ');
    throw new ArgumentError(
      'multiHeadAttention',
      `shapes of q, k and v do not match: ${shapes}`,
      'give q [batch, queries, width] and k, v [batch, length, width]',
    );
  }
  if (!Number.isInteger(heads) || heads < 1 || width % heads !== 0) {
    throw ArgumentError.of('heads', heads, `a divisor of the width, ${width}`);
  }
}

/** [batch, length, width] → [batch, heads, length, width / heads]. */
function split(x: tf.Tensor, heads: number): tf.Tensor {
  const [batch = 0, length = 0, width = 0] = x.shape;
  return tf.transpose(tf.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** The inverse of {@link split}. */
function merge(x: tf.Tensor): tf.Tensor {
  const [batch = 0, heads = 0, length = 0, width = 0] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, length, heads * width]);
}

function flash(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, heads: number): tf.Tensor {
  return tf.customGrad((...args) => {
    const [q, k, v, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [out] = runKernel('FlashAttention', { q, k, v }, { heads }) as [tf.Tensor];
    save([q, k, v, out]);
    return {
      value: out,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [upstream, ...operands] = [dy, ...saved].map((x) => split(x, heads));
        const [q, k, v, out] = operands as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        return runKernel('FusedAttentionGrad', { dy: upstream, q, k, v, out }).map(merge);
      },
    };
  })(q, k, v);
}

export function registerMultiHeadAttention(): void {
  register('FlashAttention', (call) => {
    const q = input(call, 'q');
    return call.backend.record(
      flashAttention,
      [q, input(call, 'k'), input(call, 'v')],
      { shape: q.shape, dtype: 'float32' },
      { heads: call.attrs.heads as number },
    );
  });
}

const flashAttention = defineLowering<{ heads: number }>(
  'FlashAttention',
  (graph, { attrs: { heads } }, operands, [out]) => {
    graph.contrib('MultiHeadAttention', operands, { num_heads: heads }, out);
  },
);
