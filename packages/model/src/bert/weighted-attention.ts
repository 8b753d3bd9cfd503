import { attention, tf } from '@geneformer-ts/engine';

/**
 * Returns attention whose keys have weights: `softmax(q · kᵀ / sqrt(width) + logWeights) · v`. The logarithms are one more column of the
 * keys, so that their gradient is part of that of the keys.
 *
 * @param q [rows, queries, hidden]
 * @param k [rows, length, hidden]
 * @param v [rows, length, hidden]
 * @param logWeights [rows, length]
 * @param heads number of heads
 * @returns [rows, queries, hidden]
 */
export function weightedAttention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  logWeights: tf.Tensor2D,
  heads: number,
): tf.Tensor3D {
  const [rows, queries, hidden] = q.shape;
  const { shape } = k;
  const length = shape[1];
  const width = hidden / heads;
  const split = (x: tf.Tensor3D, tokens: number) =>
    tf.transpose(tf.reshape(x, [rows, tokens, heads, width]), [0, 2, 1, 3]);
  // Attention divides by the square root of the width, which is one larger here.
  const scale = Math.sqrt((width + 1) / width);
  const column = tf.mul(tf.reshape(logWeights, [rows, 1, length, 1]), tf.ones([rows, heads, length, 1]));
  const found = attention(
    tf.concat([tf.mul(split(q, queries), scale), tf.fill([rows, heads, queries, 1], Math.sqrt(width + 1))], 3),
    tf.concat([split(k, length), column], 3),
    tf.concat([split(v, length), tf.zeros([rows, heads, length, 1])], 3),
  );
  const context = tf.slice(found, [0, 0, 0, 0], [rows, heads, queries, width]);
  return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [rows, queries, hidden]);
}
