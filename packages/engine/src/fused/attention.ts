import { tf } from '../tf.js';
import { ArgumentError } from '../errors.js';
import { checkDropout, maskPiece, maskPool } from '../random/mask-pool.js';
import { blocksOf, maskStarts } from './attention-blocks.js';
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
      `q [batch, heads, queries, headDim] and k, v [batch, heads, length, headDim] must meet; they have ${shapes}`,
    );
  }
  if (mask && !tf.util.arraysEqual(mask.shape, [batch, 1, 1, length])) {
    throw new ArgumentError('attention', `mask [${mask.shape.join(', ')}] must be [${batch}, 1, 1, ${length}]`);
  }
}

type Dropout = AttentionOptions['dropout'];

function composed(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor | undefined, dropout: Dropout): tf.Tensor {
  const [batch = 0, heads = 0, queries = 0, headDim = 0] = q.shape;
  const length = k.shape[2] ?? 0;
  return tf.tidy(() => {
    const scores = tf.mul(tf.matMul(q, k, false, true), tf.scalar(1 / Math.sqrt(headDim)));
    const probabilities = tf.softmax(mask ? tf.add(scores, mask) : scores);
    if (!dropout) return tf.matMul(probabilities, v);
    const kept = tf.tensor(probabilityMask(batch * heads, queries, length, dropout), [batch, heads, queries, length]);
    return tf.matMul(tf.mul(probabilities, kept), v);
  });
}

/** The blocks' masks behind each other. */
function probabilityMask(planes: number, queries: number, length: number, dropout: NonNullable<Dropout>): Float32Array {
  const { rate, seed } = dropout;
  const blocks = blocksOf(planes, queries, length);
  const size = blocks.planes * blocks.rows * length;
  const values = new Float32Array(planes * queries * length);
  for (let block = 0; block < blocks.count; block++) values.set(maskPiece(size, rate, seed, block), block * size);
  return values;
}

function fused(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor | undefined, dropout: Dropout): tf.Tensor {
  const planes = (q.shape[0] ?? 0) * (q.shape[1] ?? 0);
  const drop = (): Record<string, tf.Tensor> => {
    if (!dropout) return {};
    const starts = maskStarts(blocksOf(planes, q.shape[2] ?? 0, k.shape[2] ?? 0), dropout.seed);
    return { pool: tf.tensor1d(maskPool(dropout.rate)), starts: tf.tensor1d(starts, 'int32') };
  };
  return tf.customGrad((...args) => {
    const [q, k, v, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [out] = runKernel('FusedAttention', { q, k, v, mask, ...drop() }) as [tf.Tensor];
    save(mask ? [q, k, v, out, mask] : [q, k, v, out]);
    return {
      value: out,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [q, k, v, out, mask] = saved;
        return runKernel('FusedAttentionGrad', { dy, q, k, v, out, mask, ...drop() });
      },
    };
  })(q, k, v);
}
