/** Cutting tensors apart and putting them together. */
import { tf } from '../tf.js';
import { asDType, type Lowering } from '../graph/record.js';
import { input, register, type Call } from './register.js';

export function registerSliceOps(): void {
  register('Slice', (call) => {
    const x = input(call, 'x');
    const { begin, size } = call.attrs as { begin: number | number[]; size: number | number[] };
    const [starts, shape] = tf.slice_util.parseSliceParams(x, begin, size);
    tf.slice_util.assertParamsValid(x, starts, shape);
    return slice(call, x, starts, shape);
  });
  register('StridedSlice', (call) => {
    const x = input(call, 'x');
    const { begin, end, strides, ...masks } = call.attrs as {
      begin: number[];
      end: number[];
      strides: number[];
    } & Record<string, number>;
    const info = tf.slice_util.sliceInfo(
      x.shape,
      begin,
      end,
      strides,
      masks.beginMask ?? 0,
      masks.endMask ?? 0,
      masks.ellipsisMask ?? 0,
      masks.newAxisMask ?? 0,
      masks.shrinkAxisMask ?? 0,
    );
    const lower: Lowering = (graph, _node, [operand = ''], [out]) => {
      const shape = graph.int64(info.finalShape);
      if (info.begin.length === 0) graph.op('Reshape', [operand, shape], { allowzero: 1 }, out);
      else {
        const axes = graph.int64(info.begin.map((_, axis) => axis));
        // An end of -1 when walking backwards means before the first element, which ONNX writes as a very negative number.
        const ends = info.end.map((stop, axis) => ((info.strides[axis] ?? 1) < 0 && stop < 0 ? -(2 ** 31) : stop));
        const cut = graph.op('Slice', [
          operand,
          graph.int64(info.begin),
          graph.int64(ends),
          axes,
          graph.int64(info.strides),
        ]);
        graph.op('Reshape', [cut, shape], { allowzero: 1 }, out);
      }
    };
    const { finalShape: shape } = info;
    const attrs = { begin: info.begin, end: info.end, strides: info.strides };
    return call.backend.record('StridedSlice', lower, [x], { shape, dtype: asDType(x.dtype, 'StridedSlice') }, attrs);
  });
  register('SplitV', (call) => {
    const x = input(call, 'x');
    const { numOrSizeSplits, axis } = call.attrs as { numOrSizeSplits: number[] | number; axis: number };
    const [dim = 0] = tf.util.parseAxisParam(axis, x.shape);
    const sizes = tf.backend_util.prepareSplitSize(x, numOrSizeSplits, dim);
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
    tf.backend_util.assertParamsConsistent(
      parts.map((part) => part.shape),
      axis,
    );
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
    for (const part of parts) {
      tf.util.assertShapesMatch(first.shape, part.shape, 'All tensors passed to stack must have matching shapes');
      tf.util.assert(first.dtype === part.dtype, () => 'All tensors passed to stack must have matching dtypes');
    }
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
