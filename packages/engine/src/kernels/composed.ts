/**
 * Kernels composed of other ops. tfjs records the kernel for the gradient, not the ops that it calls, so the gradient is the one
 * registered under the name of the kernel.
 */
import { ArgumentError } from '@geneformer-ts/core';
import { tf } from '../tf.js';
import { input, register, type Call } from './register.js';

type Compose = (call: Call) => tf.Tensor;

const kernels: Record<string, Compose> = {
  BatchToSpaceND: (call) => {
    const x = tensor(call, 'x');
    const { blockShape, crops } = call.attrs as { blockShape: number[]; crops: number[][] };
    const size = tf.util.sizeFromShape(blockShape);
    const { getPermuted, getReshaped, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;
    const split = getReshaped(x.shape, blockShape, size);
    const merged = getReshapedPermuted(x.shape, blockShape, size);
    const interleaved = tf.transpose(tf.reshape(x, split), getPermuted(split.length, blockShape.length));
    return tf.slice(
      tf.reshape(interleaved, merged),
      getSliceBeginCoords(crops, blockShape.length),
      getSliceSize(merged, crops, blockShape.length),
    );
  },
  SpaceToBatchND: (call) => {
    const x = tensor(call, 'x');
    const { blockShape, paddings } = call.attrs as { blockShape: number[]; paddings: [number, number][] };
    const size = tf.util.sizeFromShape(blockShape);
    const around = x.shape.map((_, i): [number, number] => paddings[i - 1] ?? [0, 0]);
    const padded = tf.pad(x, around);
    const { getPermuted, getReshaped, getReshapedPermuted } = tf.backend_util;
    const split = getReshaped(padded.shape, blockShape, size, false);
    const interleaved = tf.transpose(tf.reshape(padded, split), getPermuted(split.length, blockShape.length, false));
    return tf.reshape(interleaved, getReshapedPermuted(padded.shape, blockShape, size, false));
  },
  _FusedMatMul: (call) => {
    const { transposeA, transposeB, activation, leakyreluAlpha } = call.attrs as {
      transposeA: boolean;
      transposeB: boolean;
      activation?: string;
      leakyreluAlpha?: number;
    };
    const product = tf.matMul(tensor(call, 'a'), tensor(call, 'b'), transposeA, transposeB);
    const sum = call.inputs.bias ? tf.add(product, tensor(call, 'bias')) : product;
    const slope = call.inputs.preluActivationWeights;
    return activate(sum, activation ?? 'linear', leakyreluAlpha, slope as tf.Tensor | undefined);
  },
  FusedBatchNorm: (call) => {
    const { varianceEpsilon } = call.attrs as { varianceEpsilon?: number };
    const inverse = tf.rsqrt(tf.add(tensor(call, 'variance'), tf.scalar(varianceEpsilon ?? 0.001)));
    const scale = call.inputs.scale ? tf.mul(inverse, tensor(call, 'scale')) : inverse;
    const normalized = tf.mul(tf.sub(tensor(call, 'x'), tensor(call, 'mean')), scale);
    return call.inputs.offset ? tf.add(normalized, tensor(call, 'offset')) : normalized;
  },
  Prelu: (call) => {
    const x = tf.cast(tensor(call, 'x'), 'float32');
    return tf.where(tf.less(x, tf.scalar(0)), tf.mul(tensor(call, 'alpha'), x), x);
  },
  Diag: (call) => {
    const x = tensor(call, 'x');
    const row = tf.reshape(x, [x.size, 1]);
    const diagonal = tf.cast(tf.eye(x.size), 'bool');
    const square = tf.where(
      diagonal,
      tf.broadcastTo(tf.cast(row, 'float32'), [x.size, x.size]),
      tf.zeros([x.size, x.size]),
    );
    return tf.cast(tf.reshape(square, [...x.shape, ...x.shape]), x.dtype);
  },
  Bincount: (call) => countBins(tensor(call, 'x'), tensor(call, 'weights'), call.attrs.size as number),
  DenseBincount: (call) => {
    const x = tensor(call, 'x');
    const { size, binaryOutput } = call.attrs as { size: number; binaryOutput: boolean };
    if (x.rank === 1) return countBins(x, tensor(call, 'weights'), size);
    const hot = tf.oneHot(x, size, 1, 0, 'float32');
    const weights = tensor(call, 'weights');
    if (binaryOutput) return tf.cast(tf.max(hot, 1), weights.dtype);
    const weighted = weights.size > 0 ? tf.mul(hot, tf.expandDims(tf.cast(weights, 'float32'), -1)) : hot;
    return tf.cast(tf.sum(weighted, 1), weights.dtype);
  },
  SearchSorted: (call) => {
    const sequence = tf.expandDims(tensor(call, 'sortedSequence'), 1);
    const values = tf.expandDims(tensor(call, 'values'), 2);
    const before = call.attrs.side === 'left' ? tf.less(sequence, values) : tf.lessEqual(sequence, values);
    return tf.sum(tf.cast(before, 'int32'), 2);
  },
  Einsum: (call) => einsum(call.attrs.equation as string, Object.values(call.inputs) as tf.Tensor[]),
};

export function registerComposed(): void {
  for (const [name, compose] of Object.entries(kernels)) register(name, (call) => tf.tidy(() => compose(call)));
}

/** Returns an operand as a tensor, which it is in tfjs. */
function tensor(call: Call, name: string): tf.Tensor {
  return input(call, name) as tf.Tensor;
}

function activate(
  x: tf.Tensor,
  activation: string,
  alpha: number | undefined,
  slope: tf.Tensor | undefined,
): tf.Tensor {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return tf.relu(x);
    case 'relu6':
      return tf.relu6(x);
    case 'elu':
      return tf.elu(x);
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'leakyrelu':
      return tf.leakyRelu(x, alpha);
    case 'prelu':
      return tf.prelu(x, slope as tf.Tensor);
    default:
      throw ArgumentError.of(
        'activation of fused matMul',
        activation,
        'linear, relu, relu6, elu, leakyrelu, prelu or sigmoid',
      );
  }
}

/** Counts values below `size`, with weights or, if there are none, with weight 1. */
function countBins(x: tf.Tensor, weights: tf.Tensor, size: number): tf.Tensor {
  const each = weights.size > 0 ? weights : tf.onesLike(x);
  const dtype = weights.dtype;
  const inside = tf.less(x, tf.scalar(size, 'int32'));
  const bin = tf.where(inside, x, tf.fill(x.shape, size, 'int32'));
  const counted = tf.unsortedSegmentSum(tf.cast(each, dtype), bin as tf.Tensor1D, size + 1);
  return tf.slice(counted, [0], [size]);
}

/** Multiplies the operands and sums over each index as soon as no later operand has it. */
function einsum(equation: string, operands: readonly tf.Tensor[]): tf.Tensor {
  const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, [...operands]);
  const { path, steps } = tf.backend_util.getEinsumComputePath(summedDims, idDims);
  let rank = allDims.length;
  let result: tf.Tensor | undefined;
  steps.forEach((step, i) => {
    for (const index of step) {
      const operand = operands[index];
      const { permutationIndices, expandDims } = tf.backend_util.getEinsumPermutation(rank, idDims[index] ?? []);
      const ordered = tf.transpose(operand, permutationIndices);
      const shape = [...ordered.shape];
      for (const dim of expandDims) shape.splice(dim, 0, 1);
      const aligned = tf.reshape(ordered, shape);
      result = result ? tf.mul(aligned, result) : aligned;
    }
    const summed = path[i] ?? -1;
    if (i === steps.length - 1) return;
    if (summed >= 0) result = tf.sum(result as tf.Tensor, summed - (allDims.length - rank));
    rank--;
  });
  return result as tf.Tensor;
}
