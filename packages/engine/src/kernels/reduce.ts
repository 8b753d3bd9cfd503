/** Reductions, softmax and cumulative sums. */
import { tf } from '../tf.js';
import { columnSums } from '../graph/column-sums.js';
import { asDType, type DType, type Lowering } from '../graph/record.js';
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
  registerCumprod();
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

/** ONNX has no cumulative product: a Scan along the axis, which is brought to the front, carries it. */
function registerCumprod(): void {
  register('Cumprod', (call) => {
    const x = input(call, 'x');
    const { axis, exclusive, reverse } = call.attrs as { axis: number; exclusive: boolean; reverse: boolean };
    const dtype = asDType(x.dtype, 'Cumprod');
    const rank = x.shape.length;
    const [dim = 0] = tf.util.parseAxisParam(axis, x.shape);
    const perm = [dim, ...x.shape.map((_, i) => i).filter((i) => i !== dim)];
    const rest = perm.slice(1).map((i) => x.shape[i] ?? 1);
    const lower: Lowering = (graph, _node, [operand = ''], [out]) => {
      const turned = (name: string): string => {
        if (!reverse) return name;
        const back = graph.int64([-1]);
        return graph.op('Slice', [name, back, graph.int64([-(2 ** 31)]), graph.int64([0]), back]);
      };
      const slot = { type: dtype, dims: rest };
      const front = turned(rank > 1 ? graph.op('Transpose', [operand], { perm }) : operand);
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
      graph.op('Transpose', [turned(product)], { perm: tf.backend_util.getUndoAxesPermutation(perm) }, out);
    };
    const attrs = { dim, exclusive, reverse };
    return call.backend.record('Cumprod', lower, [x], { shape: x.shape, dtype }, attrs);
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
    const { axis, reductionIndices, keepDims } = call.attrs as {
      axis?: number | number[];
      /** What tfjs calls Max's axes. */
      reductionIndices?: number | number[];
      keepDims: boolean;
    };
    const axes = tf.util.parseAxisParam((axis ?? reductionIndices) as number[], x.shape);
    const from = asDType(x.dtype, name);
    const to = resultType(name, from);
    const [kept] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
    const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
    const ofRows = op === 'ReduceSum' && x.shape.length === 2 && axes.join() === '0';
    const lower: Lowering = (graph, node, [operand = ''], [out]) => {
      const keepdims = node.attrs.keepDims ? 1 : 0;
      // ONNX Runtime has no reductions over bool, and ReduceSum takes its axes as an operand.
      const numbers = from === to && from !== 'bool' ? operand : graph.cast(operand, to === 'bool' ? 'int32' : to);
      const target = to === 'bool' ? graph.fresh() : out;
      if (axes.length === 0) graph.op('Identity', [numbers], {}, target);
      else if (ofRows && from === 'float32') columnSums(graph, operand, x.shape[0] ?? 0, shape, target);
      else if (op === 'ReduceSum') graph.op(op, [numbers, graph.int64(axes)], { keepdims }, target);
      else graph.op(op, [numbers], { axes, keepdims }, target);
      if (to === 'bool') graph.cast(target ?? '', 'bool', out);
    };
    return call.backend.record(name, lower, [x], { shape, dtype: to }, { axes, keepDims });
  });
}

function resultType(name: string, from: DType): DType {
  if (name in logical) return 'bool';
  if (name === 'Mean') return 'float32';
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
        const numbers = x.dtype === 'bool' ? graph.cast(operand, 'int32') : operand;
        graph.cast(graph.op(name, [numbers], { axis, keepdims: 0 }), 'int32', out);
      },
      [x],
      { shape, dtype: 'int32' },
      { axis },
    );
  });
}
