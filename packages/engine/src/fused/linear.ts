import { ArgumentError, checkChoice } from '@geneformer-ts/core';
import { tf } from '../tf.js';
import { defineLowering } from '../graph/lowering.js';
import { input, register } from '../kernels/register.js';
import { reluGradient } from './relu-gradient.js';
import { QuantizedWeight } from './quantized-weight.js';
import { isOnnx, runKernel } from './run-kernel.js';

const activations = ['relu', 'tanh'] as const;
/** Activation of {@link linear}. */
export type Activation = (typeof activations)[number];

/**
 * Applies a linear layer: `activation(x · weight + bias)`.
 *
 * ```ts
 * await linear(tf.tensor2d([[1, 2]]), tf.tensor2d([[1], [-1]]), tf.tensor1d([0.5]), 'relu').data(); // [0]
 * ```
 *
 * @param x [..., in]
 * @param weight [in, out]; PyTorch stores [out, in]. A {@link QuantizedWeight} has no gradient
 * @param bias [out]; default none
 * @param activation default none
 * @returns [..., out]
 * @throws {ArgumentError} when the last dimension of x differs from the first of weight, or for another activation
 */
export function linear(
  x: tf.Tensor,
  weight: tf.Tensor | QuantizedWeight,
  bias?: tf.Tensor,
  activation?: Activation,
): tf.Tensor {
  const [width = 0, out = 0] = weight.shape;
  if (weight.shape.length !== 2 || x.shape.at(-1) !== width) {
    throw new ArgumentError(
      'linear',
      `x [${x.shape.join(', ')}] does not match weight [${weight.shape.join(', ')}]`,
      'give a weight whose first dimension equals the last dimension of x',
    );
  }
  if (activation !== undefined) checkChoice('activation', activation, activations);
  return tf.tidy(() => {
    const rows = tf.reshape(x, [-1, width]);
    const relu = activation === 'relu';
    const y =
      weight instanceof QuantizedWeight
        ? quantized(rows, weight, bias, relu)
        : (isOnnx() ? fused : composed)(rows, weight, bias, relu);
    return tf.reshape(activation === 'tanh' ? tf.tanh(y) : y, [...x.shape.slice(0, -1), out]);
  });
}

function composed(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | undefined, relu: boolean): tf.Tensor {
  const product = tf.matMul(x, weight);
  const sum = bias ? tf.add(product, bias) : product;
  return relu ? tf.relu(sum) : sum;
}

function quantized(x: tf.Tensor, weight: QuantizedWeight, bias: tf.Tensor | undefined, relu: boolean): tf.Tensor {
  const { values, scales, zeroPoints } = weight;
  const [y] = runKernel('QuantizedLinear', { x, bias, values, scales, zeroPoints }, { relu }) as [tf.Tensor];
  return y;
}

function fused(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | undefined, relu: boolean): tf.Tensor {
  const operation = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const [x, weight, bias] = args.slice(0, -1) as [tf.Tensor, tf.Tensor, tf.Tensor | undefined];
    const [y] = runKernel('FusedLinear', { x, weight, bias }, { relu }) as [tf.Tensor];
    save(relu ? [x, weight, y] : [x, weight]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, weight, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const upstream = relu ? reluGradient(dy, y) : dy;
        const gradients = [tf.matMul(upstream, weight, false, true), tf.matMul(x, upstream, true, false)];
        if (bias) gradients.push(tf.sum(upstream, 0));
        return gradients;
      },
    };
  });
  return bias ? operation(x, weight, bias) : operation(x, weight);
}

export function registerLinear(): void {
  register('FusedLinear', (call) => {
    const x = input(call, 'x');
    const weight = input(call, 'weight');
    const operands = call.inputs.bias ? [x, weight, call.inputs.bias] : [x, weight];
    return call.backend.record(
      fusedLinear,
      operands,
      { shape: [x.shape[0] ?? 0, weight.shape[1] ?? 0], dtype: 'float32' },
      { relu: Boolean(call.attrs.relu) },
    );
  });
}

/** Registers the product with a weight of 8-bit integers; `bias` is optional. */
export function registerQuantizedLinear(): void {
  register('QuantizedLinear', (call) => {
    const x = input(call, 'x');
    const [out = 0] = input(call, 'scales').shape;
    const operands = ['values', 'scales', 'zeroPoints'].map((name) => input(call, name));
    return call.backend.record(
      quantizedLinear,
      [x, ...operands, ...(call.inputs.bias ? [call.inputs.bias] : [])],
      { shape: [x.shape[0] ?? 0, out], dtype: 'float32' },
      { relu: Boolean(call.attrs.relu) },
    );
  });
}

const fusedLinear = defineLowering<{ relu: boolean }>(
  'FusedLinear',
  (graph, { attrs: { relu } }, [x = '', weight = '', bias], [out]) => {
    // ONNX Runtime joins a product and a sum to one op only if it knows the sizes.
    const operands = bias === undefined ? [x, weight] : [x, weight, bias];
    const sum = graph.op(bias === undefined ? 'MatMul' : 'Gemm', operands, {}, relu ? undefined : out);
    if (relu) graph.op('Relu', [sum], {}, out);
  },
);

const quantizedLinear = defineLowering<{ relu: boolean }>(
  'QuantizedLinear',
  (graph, { attrs: { relu } }, [x = '', values = '', scales = '', zeroPoints = '', bias = ''], [out]) => {
    const operands = [x, values, scales, zeroPoints, ...(bias ? [bias] : [])];
    const sum = graph.contrib('DynamicQuantizeMatMul', operands, {}, relu ? undefined : out);
    if (relu) graph.op('Relu', [sum], {}, out);
  },
);
