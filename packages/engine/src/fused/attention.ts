import { tf } from '../tf.js';
import { ArgumentError } from '../errors.js';
import { maskPiece, checkDropout, LONGEST_PIECE } from '../random/mask-pool.js';

export interface AttentionOptions {
  /** Added to the scores before the softmax: [batch, 1, 1, length], 0 where a key may be seen and very negative where not. */
  mask?: tf.Tensor | undefined;
  /** Dropout of the attention probabilities. */
  dropout?: { rate: number; seed: number } | undefined;
}

/**
 * Scaled dot-product attention, `softmax(q · kᵀ / sqrt(headDim) + mask) · v` for each batch row and head (Vaswani et al. 2017).
 *
 * @param q of shape [batch, heads, queries, headDim]; only some positions may ask, so queries may differ from length
 * @param k of shape [batch, heads, length, headDim]; v likewise
 * @returns shape [batch, heads, queries, headDim]
 * @throws {ArgumentError} when the shapes do not meet
 */
export function attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, options: AttentionOptions = {}): tf.Tensor {
  const { mask, dropout } = options;
  const [batch = 0, heads = 0, queries = 0, headDim = 0] = q.shape;
  const length = k.shape[2] ?? 0;
  const asked = [batch, heads, length, headDim];
  if (q.rank !== 4 || !tf.util.arraysEqual(asked, k.shape) || !tf.util.arraysEqual(k.shape, v.shape)) {
    const shapes = [q, k, v].map((tensor) => `[${tensor.shape.join(', ')}]`).join(', ');
    throw new ArgumentError(
      'attention',
      `q [batch, heads, queries, headDim] and k, v [batch, heads, length, headDim] must meet; they have ${shapes}`,
    );
  }
  if (dropout) checkDropout(dropout.rate, dropout.seed);
  return tf.tidy(() => {
    const scores = tf.mul(tf.matMul(q, k, false, true), tf.scalar(1 / Math.sqrt(headDim)));
    const probabilities = tf.softmax(mask ? tf.add(scores, mask) : scores);
    if (!dropout || dropout.rate === 0) return tf.matMul(probabilities, v);
    const kept = tf.tensor(probabilityMask(batch * heads, queries, length, dropout.rate, dropout.seed), [
      batch,
      heads,
      queries,
      length,
    ]);
    return tf.matMul(tf.mul(probabilities, kept), v);
  });
}

/** Masks of all planes (one for each batch row and head) behind each other; a plane is drawn in blocks of whole rows. */
function probabilityMask(planes: number, queries: number, length: number, rate: number, seed: number): Float32Array {
  const values = new Float32Array(planes * queries * length);
  const rows = Math.max(1, Math.min(queries, Math.floor(LONGEST_PIECE / 4 / length)));
  let piece = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let row = 0; row < queries; row += rows) {
      const count = Math.min(rows, queries - row) * length;
      values.set(maskPiece(count, rate, seed, piece++), (plane * queries + row) * length);
    }
  }
  return values;
}
