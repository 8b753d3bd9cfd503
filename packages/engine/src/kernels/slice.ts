/** Ops that split and join tensors. */
import { tf } from '../tf.js';
import { defineLowering } from '../graph/lowering.js';
import { asDType } from '../graph/record.js';
import { input, register } from './register.js';

const slice = defineLowering<{ starts: readonly number[] }>(
  'Slice',
  (graph, { attrs: { starts }, outputs }, [x = ''], [out]) => {
    const ends = starts.map((start, i) => start + (outputs[0].shape[i] ?? 0));
    if (starts.length === 0) graph.op('Identity', [x], {}, out);
    else graph.op('Slice', [x, graph.int64(starts), graph.int64(ends)], {}, out);
  },
);

type StridedAttrs = { begin: readonly number[]; end: readonly number[]; strides: readonly number[] };

const stridedSlice = defineLowering<StridedAttrs>('StridedSlice', (graph, { attrs, outputs }, [x = ''], [out]) => {
  const { begin, end, strides } = attrs;
  const shape = graph.int64(outputs[0].shape);
  if (begin.length === 0) graph.op('Reshape', [x, shape], { allowzero: 1 }, out);
  else {
    const axes = graph.int64(begin.map((_, axis) => axis));
    // With a negative stride, an end of -1 means before the first element; in ONNX this is a very negative number.
    const ends = end.map((stop, axis) => ((strides[axis] ?? 1) < 0 && stop < 0 ? -(2 ** 31) : stop));
    const cut = graph.op('Slice', [x, graph.int64(begin), graph.int64(ends), axes, graph.int64(strides)]);
    graph.op('Reshape', [cut, shape], { allowzero: 1 }, out);
  }
});

const split = defineLowering<{ axis: number; sizes: readonly number[] }>(
  'SplitV',
  (graph, { attrs: { axis, sizes } }, [x = ''], outputs) => {
    graph.node(
      'Split',
      [x, graph.int64(sizes)],
      outputs.map((name) => name ?? graph.fresh()),
      { axis },
    );
  },
);

const concat = defineLowering<{ axis: number }>('Concat', (graph, { attrs: { axis } }, parts, [out]) => {
  graph.op('Concat', parts, { axis }, out);
});

const pack = defineLowering<{ axis: number }>('Pack', (graph, { attrs: { axis } }, parts, [out]) => {
  const axes = graph.int64([axis]);
  const widened = parts.map((part) => graph.op('Unsqueeze', [part, axes]));
  graph.op('Concat', widened, { axis }, out);
});

const unpack = defineLowering<{ axis: number }>('Unpack', (graph, { attrs: { axis } }, [value = ''], names) => {
  names.forEach((name, i) => {
    if (name !== undefined) graph.op('Gather', [value, graph.int64Scalar(i)], { axis }, name);
  });
});

export function registerSliceOps(): void {
  register('Slice', (call) => {
    const x = input(call, 'x');
    const { begin, size } = call.attrs as { begin: number | number[]; size: number | number[] };
    const [starts, shape] = tf.slice_util.parseSliceParams(x, begin, size);
    tf.slice_util.assertParamsValid(x, starts, shape);
    return call.backend.record(slice, [x], { shape, dtype: asDType(x.dtype, 'Slice') }, { starts });
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
    const output = { shape: info.finalShape, dtype: asDType(x.dtype, 'StridedSlice') };
    const attrs = { begin: info.begin, end: info.end, strides: info.strides };
    return call.backend.record(stridedSlice, [x], output, attrs);
  });
  register('SplitV', (call) => {
    const x = input(call, 'x');
    const { numOrSizeSplits, axis } = call.attrs as { numOrSizeSplits: number[] | number; axis: number };
    const [dim = 0] = tf.util.parseAxisParam(axis, x.shape);
    const sizes = tf.backend_util.prepareSplitSize(x, numOrSizeSplits, dim);
    const dtype = asDType(x.dtype, 'SplitV');
    const outputs = sizes.map((size) => ({ shape: x.shape.map((d, i) => (i === dim ? size : d)), dtype }));
    return call.backend.recordMany(split, [x], outputs, { axis: dim, sizes });
  });
  register('Concat', (call) => {
    const parts = Object.values(call.inputs);
    const [first] = parts;
    if (!first) throw new TypeError('concat: got no tensors; give at least one');
    const [axis = 0] = tf.util.parseAxisParam(call.attrs.axis as number, first.shape);
    tf.backend_util.assertParamsConsistent(
      parts.map((part) => part.shape),
      axis,
    );
    const shape = tf.backend_util.computeOutShape(
      parts.map((part) => part.shape),
      axis,
    );
    return call.backend.record(concat, parts, { shape, dtype: asDType(first.dtype, 'Concat') }, { axis });
  });
  register('Pack', (call) => {
    const parts = Object.values(call.inputs);
    const [first] = parts;
    if (!first) throw new TypeError('stack: got no tensors; give at least one');
    for (const part of parts) {
      tf.util.assertShapesMatch(first.shape, part.shape, 'All tensors passed to stack must have matching shapes');
      tf.util.assert(first.dtype === part.dtype, () => 'All tensors passed to stack must have matching dtypes');
    }
    const rank = first.shape.length + 1;
    const axis = ((call.attrs.axis as number) + rank) % rank;
    const shape = [...first.shape];
    shape.splice(axis, 0, parts.length);
    return call.backend.record(pack, parts, { shape, dtype: asDType(first.dtype, 'Pack') }, { axis });
  });
  register('Unpack', (call) => {
    const value = input(call, 'value');
    const rank = value.shape.length;
    const axis = ((call.attrs.axis as number) + rank) % rank;
    const dtype = asDType(value.dtype, 'Unpack');
    const shape = value.shape.filter((_, i) => i !== axis);
    const outputs = Array.from({ length: value.shape[axis] ?? 0 }, () => ({ shape, dtype }));
    return call.backend.recordMany(unpack, [value], outputs, { axis });
  });
}
