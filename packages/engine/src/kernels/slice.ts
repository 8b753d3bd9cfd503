/** Cutting tensors apart and putting them together. */
import { tf } from '../tf.js';
import { asDType, type Lowering } from '../backend/record.js';
import { input, register, type Call } from './register.js';

export function registerSliceOps(): void {
  register('Slice', (call) => {
    const x = input(call, 'x');
    const { begin, size } = call.attrs as { begin: number | number[]; size: number | number[] };
    const [starts, shape] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    tf.slice_util.assertParamsValid(x as tf.Tensor, starts, shape);
    return slice(call, x, starts, shape);
  });
  register('SplitV', (call) => {
    const x = input(call, 'x');
    const { numOrSizeSplits, axis } = call.attrs as { numOrSizeSplits: number[] | number; axis: number };
    const [dim = 0] = tf.util.parseAxisParam(axis, x.shape);
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, dim);
    const dtype = asDType(x.dtype, 'SplitV');
    const lower: Lowering = (graph, _node, [operand = ''], outputs) => {
      graph.node(
        'Split',
        [operand, graph.int64(sizes)],
        outputs.map((name) => name ?? graph.fresh()),
        { axis: dim },
      );
    };
    const outputs = sizes.map((size) => ({ shape: x.shape.map((d, i) => (i === dim ? size : d)), dtype }));
    return call.backend.recordMany('SplitV', lower, [x], outputs, { axis: dim, sizes });
  });
  register('Concat', (call) => {
    const parts = Object.values(call.inputs);
    const [first] = parts;
    if (!first) throw new TypeError('concat of no tensors');
    const [axis = 0] = tf.util.parseAxisParam(call.attrs.axis as number, first.shape);
    const shape = tf.backend_util.computeOutShape(
      parts.map((part) => part.shape),
      axis,
    );
    const lower: Lowering = (graph, _node, operands, [out]) => {
      graph.op('Concat', operands, { axis }, out);
    };
    return call.backend.record('Concat', lower, parts, { shape, dtype: asDType(first.dtype, 'Concat') }, { axis });
  });
  register('Pack', (call) => {
    const parts = Object.values(call.inputs);
    const [first] = parts;
    if (!first) throw new TypeError('stack of no tensors');
    const rank = first.shape.length + 1;
    const axis = ((call.attrs.axis as number) + rank) % rank;
    const shape = [...first.shape];
    shape.splice(axis, 0, parts.length);
    const lower: Lowering = (graph, _node, operands, [out]) => {
      const axes = graph.int64([axis]);
      const widened = operands.map((operand) => graph.op('Unsqueeze', [operand, axes]));
      graph.op('Concat', widened, { axis }, out);
    };
    return call.backend.record('Pack', lower, parts, { shape, dtype: asDType(first.dtype, 'Pack') }, { axis });
  });
  register('Unpack', (call) => {
    const value = input(call, 'value');
    const rank = value.shape.length;
    const axis = ((call.attrs.axis as number) + rank) % rank;
    const dtype = asDType(value.dtype, 'Unpack');
    const shape = value.shape.filter((_, i) => i !== axis);
    const outputs = Array.from({ length: value.shape[axis] ?? 0 }, () => ({ shape, dtype }));
    const lower: Lowering = (graph, _node, [operand = ''], names) => {
      names.forEach((name, i) => {
        if (name !== undefined) graph.op('Gather', [operand, graph.int64Scalar(i)], { axis }, name);
      });
    };
    return call.backend.recordMany('Unpack', lower, [value], outputs, { axis });
  });
}

function slice(call: Call, x: tf.TensorInfo, starts: readonly number[], shape: readonly number[]): tf.TensorInfo {
  const ends = starts.map((start, i) => start + (shape[i] ?? 0));
  const lower: Lowering = (graph, _node, [operand = ''], [out]) => {
    if (starts.length === 0) graph.op('Identity', [operand], {}, out);
    else graph.op('Slice', [operand, graph.int64(starts), graph.int64(ends)], {}, out);
  };
  return call.backend.record('Slice', lower, [x], { shape, dtype: asDType(x.dtype, 'Slice') }, { starts });
}
