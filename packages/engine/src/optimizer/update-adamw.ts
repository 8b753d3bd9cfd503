/** The AdamW update of one variable: in place on the onnx backend, composed of ops on other backends. */
import { tf } from '../tf.js';
import type { AdamWScalars } from '../graph/record.js';
import { onnxBackend } from '../select.js';
import { isOnnx } from '../fused/run-kernel.js';

interface Operands {
  parameter: tf.Tensor;
  first: tf.Tensor;
  second: tf.Tensor;
  gradient: tf.Tensor;
  clip: tf.Tensor | undefined;
}

/** Returns the new parameter, first moment and second moment. */
export function updateAdamW(
  operands: Operands,
  scalars: AdamWScalars,
  decayFactor: number,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const backend = isOnnx() ? onnxBackend() : undefined;
  if (!backend) return composed(operands, scalars, decayFactor);
  const made = backend.recordUpdate(operands, scalars, decayFactor);
  const [value, first, second] = made.map((info) => tf.engine().makeTensorFromTensorInfo(info));
  return [value, first, second];
}

function composed(operands: Operands, scalars: AdamWScalars, decayFactor: number): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const { beta1, beta2, stepSize, epsilon } = scalars;
  const gradient = operands.clip ? tf.mul(operands.gradient, operands.clip) : operands.gradient;
  const first = tf.add(tf.mul(operands.first, beta1), tf.mul(gradient, 1 - beta1));
  const second = tf.add(tf.mul(operands.second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const change = tf.mul(tf.div(first, tf.add(tf.sqrt(second), epsilon)), stepSize);
  return [tf.sub(tf.mul(operands.parameter, decayFactor), change), first, second];
}
