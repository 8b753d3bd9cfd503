/**
 * Gradient of batch normalization with given mean and variance: `(x - mean) / sqrt(variance + epsilon) * scale + offset`. The scale must be
 * given for a gradient, because tfjs cannot save an omitted operand.
 */
import { tf } from '../tf.js';
import { sumTo } from './sum-to.js';

const { add, mul, neg, rsqrt, scalar, sub } = tf;

export function registerBatchNormGradient(): void {
  tf.registerGradient({
    kernelName: 'FusedBatchNorm',
    inputsToSave: ['x', 'mean', 'variance', 'scale'],
    gradFunc: (upstream, saved, attrs) => {
      const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const dy = upstream as tf.Tensor;
      const inverse = rsqrt(add(variance, scalar(Number(attrs.varianceEpsilon))));
      const centered = sub(x, mean);
      const dx = mul(dy, mul(scale, inverse));
      const cubed = mul(inverse, mul(inverse, inverse));
      return {
        x: () => dx,
        mean: () => sumTo(neg(dx), mean.shape),
        variance: () => sumTo(mul(mul(mul(dy, scale), centered), mul(cubed, scalar(-0.5))), variance.shape),
        scale: () => sumTo(mul(dy, mul(centered, inverse)), scale.shape),
        offset: () => sumTo(dy, mean.shape),
      };
    },
  });
}
