/** Reductions, softmax and cumulative sums. */
import { tf } from '../tf.js';
import { asDType, type DType, type Lowering } from '../backend/record.js';
import { input, register } from './register.js';

const reductions: Record<string, string> = {
  Sum: 'ReduceSum',
  Mean: 'ReduceMean',
  Max: 'ReduceMax',
  Min: 'ReduceMin',
  Prod: 'ReduceProd',
};
const logical: Record<string, string> = { All: 'ReduceMin', Any: 'ReduceMax' };

export function registerReductions(): void {
  for (const [name, op] of Object.entries(reductions)) defineReduction(name, op);
  for (const [name, op] of Object.entries(logical)) defineReduction(name, op);
  defineArg('ArgMax');
  defineArg('ArgMin');
  register('Softmax', (call) => {
    const logits = input(call, 'logits');
    return call.backend.record('Softmax', softmax('Softmax'), [logits], { shape: logits.shape, dtype: 'float32' });
  });
  register('LogSoftmax', (call) => {
    const logits = input(call, 'logits');
    return call.backend.record('LogSoftmax', softmax('LogSoftmax'), [logits], {
      shape: logits.shape,
      dtype: 'float32',
    });
  });
  register('Cumsum', (call) => {
    const x = input(call, 'x');
    const { axis, exclusive, reverse } = call.attrs as { axis: number; exclusive: boolean; reverse: boolean };
    const attrs = { axis, exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
    return call.backend.record(
      'Cumsum',
      (graph, _node, [operand = ''], [out]) => {
        graph.op(
          'CumSum',
          [operand, graph.int64Scalar(axis)],
          { exclusive: attrs.exclusive, reverse: attrs.reverse },
          out,
        );
      },
      [x],
      { shape: x.shape, dtype: asDType(x.dtype, 'Cumsum') },
      attrs,
    );
  });
}

function softmax(op: string): Lowering {
  return (graph, _node, [logits = ''], [out]) => {
    graph.op(op, [logits], { axis: -1 }, out);
  };
}

function defineReduction(name: string, op: string): void {
  register(name, (call) => {
    const x = input(call, 'x');
    const { axis, keepDims } = call.attrs as { axis: number | number[]; keepDims: boolean };
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const from = asDType(x.dtype, name);
    const to = resultType(name, from);
    const [kept] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
    const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
    const lower: Lowering = (graph, node, [operand = ''], [out]) => {
      const keepdims = node.attrs.keepDims ? 1 : 0;
      // ONNX Runtime has no reductions over bool, and ReduceSum takes its axes as an operand.
      const numbers = from === 'bool' ? graph.cast(operand, 'int32') : operand;
      const target = to === 'bool' ? graph.fresh() : out;
      if (axes.length === 0) graph.op('Identity', [numbers], {}, target);
      else if (op === 'ReduceSum') graph.op(op, [numbers, graph.int64(axes)], { keepdims }, target);
      else graph.op(op, [numbers], { axes, keepdims }, target);
      if (to === 'bool') graph.cast(target ?? '', 'bool', out);
    };
    return call.backend.record(name, lower, [x], { shape, dtype: to }, { axes, keepDims });
  });
}

function resultType(name: string, from: DType): DType {
  if (name in logical) return 'bool';
  return from === 'bool' ? 'int32' : from;
}

function defineArg(name: 'ArgMax' | 'ArgMin'): void {
  register(name, (call) => {
    const x = input(call, 'x');
    const [axis = 0] = tf.util.parseAxisParam(call.attrs.axis as number, x.shape);
    const shape = x.shape.filter((_, i) => i !== axis);
    return call.backend.record(
      name,
      (graph, _node, [operand = ''], [out]) => {
        graph.cast(graph.op(name, [operand], { axis, keepdims: 0 }), 'int32', out);
      },
      [x],
      { shape, dtype: 'int32' },
      { axis },
    );
  });
}
