/** Gradient of the matrix product, with or without transposed operands. */
import { tf } from '../tf.js';

const { matMul } = tf;

export function registerMatMulGradient(): void {
  tf.registerGradient({
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (upstream, saved, attrs) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const dy = upstream as tf.Tensor;
      const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
      return {
        a: () => sumBatch(transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB), a.shape),
        b: () => sumBatch(transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false), b.shape),
      };
    },
  });
}

/** Sums the gradient over broadcast batch dimensions. */
function sumBatch(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return axes.length > 0 ? tf.reshape(tf.sum(gradient, axes), shape) : gradient;
}
