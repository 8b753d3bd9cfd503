/** Reductions, softmax and cumulative sums. */
import { tf } from '../tf.js';
import { columnSums } from '../graph/column-sums.js';
import { defineLowering, type OpName } from '../graph/lowering.js';
import { asDType, type DType } from '../graph/record.js';
import { input, register } from './register.js';

const reductions: Record<string, string> = {
  Sum: 'ReduceSum',
  Mean: 'ReduceMean',
  Max: 'ReduceMax',
  Min: 'ReduceMin',
  Prod: 'ReduceProd',
};
const logical: Record<string, string> = { All: 'ReduceMin', Any: 'ReduceMax' };
const argOps = ['ArgMax', 'ArgMin'].map(defineArg);
const reduceOps = Object.entries({ ...reductions, ...logical }).map(([name, op]) => defineReduction(name, op));

const softmax = defineLowering('Softmax', (graph, _op, [logits = ''], [out]) => {
  graph.op('Softmax', [logits], { axis: -1 }, out);
});

const logSoftmax = defineLowering('LogSoftmax', (graph, _op, [logits = ''], [out]) => {
  graph.op('LogSoftmax', [logits], { axis: -1 }, out);
});

const cumsum = defineLowering<{ axis: number; exclusive: 0 | 1; reverse: 0 | 1 }>(
  'Cumsum',
  (graph, { attrs: { axis, exclusive, reverse } }, [x = ''], [out]) => {
    graph.op('CumSum', [x, graph.int64Scalar(axis)], { exclusive, reverse }, out);
  },
);

/** Cumulative product, which ONNX lacks, as a Scan along the axis, which is moved to the front. */
const cumprod = defineLowering<{ axis: number; exclusive: boolean; reverse: boolean }>(
  'Cumprod',
  (graph, { attrs: { axis, exclusive, reverse }, inputs }, [x = ''], [out]) => {
    const { shape, dtype } = inputs[0];
    const perm = [axis, ...shape.map((_, i) => i).filter((i) => i !== axis)];
    const rest = perm.slice(1).map((i) => shape[i] ?? 1);
    const reversed = (name: string): string => {
      if (!reverse) return name;
      const back = graph.int64([-1]);
      return graph.op('Slice', [name, back, graph.int64([-(2 ** 31)]), graph.int64([0]), back]);
    };
    const slot = { type: dtype, dims: rest };
    const front = reversed(shape.length > 1 ? graph.op('Transpose', [x], { perm }) : x);
    const ones = graph.op('Expand', [graph.scalar(dtype, 1), graph.int64(rest)]);
    const [product, last] = [graph.fresh(), graph.fresh()];
    graph.scan(
      {
        states: [{ name: ones, ...slot }],
        inputs: [{ name: front, ...slot }],
        results: [{ name: product, ...slot }],
        finals: [last],
      },
      (inner, [before = ''], [value = '']) => {
        const after = inner.op('Mul', [before, value]);
        return [after, inner.op('Identity', [exclusive ? before : after])];
      },
    );
    graph.op('Transpose', [reversed(product)], { perm: tf.backend_util.getUndoAxesPermutation(perm) }, out);
  },
);

export function registerReductions(): void {
  for (const op of reduceOps) registerReduction(op);
  for (const op of argOps) registerArg(op);
  for (const op of [softmax, logSoftmax]) {
    register(op, (call) => {
      const logits = input(call, 'logits');
      return call.backend.record(op, [logits], { shape: logits.shape, dtype: 'float32' }, {});
    });
  }
  register('Cumsum', (call) => {
    const x = input(call, 'x');
    const { axis, exclusive, reverse } = call.attrs as { axis: number; exclusive: boolean; reverse: boolean };
    return call.backend.record(
      cumsum,
      [x],
      { shape: x.shape, dtype: asDType(x.dtype, 'Cumsum') },
      { axis, exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 },
    );
  });
  register('Cumprod', (call) => {
    const x = input(call, 'x');
    const { axis, exclusive, reverse } = call.attrs as { axis: number; exclusive: boolean; reverse: boolean };
    const [dim = 0] = tf.util.parseAxisParam(axis, x.shape);
    const output = { shape: x.shape, dtype: asDType(x.dtype, 'Cumprod') };
    return call.backend.record(cumprod, [x], output, { axis: dim, exclusive, reverse });
  });
}

type ReductionAttrs = { axes: readonly number[]; keepDims: boolean };

function defineReduction(name: string, op: string): OpName<ReductionAttrs> {
  return defineLowering<ReductionAttrs>(name, (graph, { attrs, inputs, outputs }, [x = ''], [out]) => {
    const { axes } = attrs;
    const { shape, dtype: from } = inputs[0];
    const to = outputs[0].dtype;
    const keepdims = attrs.keepDims ? 1 : 0;
    const overRows = op === 'ReduceSum' && shape.length === 2 && axes.join() === '0';
    // ONNX Runtime has no reductions of bool, and ReduceSum has its axes as an operand.
    const numbers = from === to && from !== 'bool' ? x : graph.cast(x, to === 'bool' ? 'int32' : to);
    const target = to === 'bool' ? graph.fresh() : out;
    if (axes.length === 0) graph.op('Identity', [numbers], {}, target);
    else if (overRows && from === 'float32') columnSums(graph, x, shape[0] ?? 0, outputs[0].shape, target);
    else if (op === 'ReduceSum') graph.op(op, [numbers, graph.int64(axes)], { keepdims }, target);
    else graph.op(op, [numbers], { axes, keepdims }, target);
    if (to === 'bool') graph.cast(target ?? '', 'bool', out);
  });
}

function registerReduction(op: OpName<ReductionAttrs>): void {
  register(op, (call) => {
    const x = input(call, 'x');
    const { axis, reductionIndices, keepDims } = call.attrs as {
      axis?: number | number[];
      /** Name of the axes of Max in tfjs. */
      reductionIndices?: number | number[];
      keepDims: boolean;
    };
    const axes = tf.util.parseAxisParam((axis ?? reductionIndices) as number[], x.shape);
    const [kept] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
    const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
    return call.backend.record(op, [x], { shape, dtype: resultType(op, asDType(x.dtype, op)) }, { axes, keepDims });
  });
}

function resultType(name: string, from: DType): DType {
  if (name in logical) return 'bool';
  if (name === 'Mean') return 'float32';
  return from === 'bool' ? 'int32' : from;
}

function defineArg(name: string): OpName<{ axis: number }> {
  return defineLowering<{ axis: number }>(name, (graph, { attrs: { axis }, inputs }, [x = ''], [out]) => {
    const numbers = inputs[0].dtype === 'bool' ? graph.cast(x, 'int32') : x;
    graph.cast(graph.op(name, [numbers], { axis, keepdims: 0 }), 'int32', out);
  });
}

function registerArg(op: OpName<{ axis: number }>): void {
  register(op, (call) => {
    const x = input(call, 'x');
    const [axis = 0] = tf.util.parseAxisParam(call.attrs.axis as number, x.shape);
    const shape = x.shape.filter((_, i) => i !== axis);
    return call.backend.record(op, [x], { shape, dtype: 'int32' }, { axis });
  });
}
