/** Ops that read and write values by index. */
import { tf } from '../tf.js';
import { defineLowering } from '../graph/lowering.js';
import { asDType, sizeOf } from '../graph/record.js';
import type { GraphBuilder } from '../graph/builder.js';
import { input, register } from './register.js';

const gather = defineLowering<{ axis: number; batchDims: number }>(
  'GatherV2',
  (graph, op, [x = '', ids = ''], [out]) => {
    const { axis, batchDims } = op.attrs;
    if (batchDims === 0) graph.op('Gather', [x, ids], { axis }, out);
    else {
      // Each batch row has its own indices; they are converted to indices into one flat table.
      const [{ shape }, indices] = op.inputs;
      const [batch, outer] = [sizeOf(shape.slice(0, batchDims)), sizeOf(shape.slice(batchDims, axis))];
      const [dim = 1, slice] = [shape[axis], sizeOf(shape.slice(axis + 1))];
      const perRow = sizeOf(indices.shape) / Math.max(1, batch);
      const table = graph.op('Reshape', [x, graph.int64([batch * outer * dim, slice])]);
      const offsets = Int32Array.from({ length: batch * outer }, (_, i) => i * dim);
      const wide = graph.op('Reshape', [ids, graph.int64([batch, 1, perRow])]);
      const shifted = graph.op('Add', [wide, graph.constant('int32', [batch, outer, 1], offsets)]);
      const rows = graph.op('Gather', [table, shifted], { axis: 0 });
      graph.op('Reshape', [rows, graph.int64(op.outputs[0].shape)], {}, out);
    }
  },
);

const unsortedSegmentSum = defineLowering('UnsortedSegmentSum', (graph, op, [values = '', ids = ''], [out]) => {
  const { shape, dtype } = op.outputs[0];
  const [segments = 0, ...rest] = shape;
  // Negative ids are ignored, but ONNX counts them from the end. So these rows go to an extra segment, which is removed.
  const segment = graph.op('Where', [
    graph.op('Less', [ids, graph.scalar('int32', 0)]),
    graph.scalar('int32', segments),
    ids,
  ]);
  const rows = graph.op('Unsqueeze', [segment, graph.int64([-1])]);
  const all = graph.fresh();
  scatterAdd(graph, [segments + 1, ...rest], 1, dtype === 'int32' ? 'int32' : 'float32', rows, values, all);
  graph.op('Slice', [all, graph.int64([0]), graph.int64([segments]), graph.int64([0])], {}, out);
});

/** Gradient of a gather. All ids are valid, so an extra segment is not needed. */
const scatterRows = defineLowering('ScatterRows', (graph, { outputs }, [values = '', rows = ''], [out]) => {
  const { shape } = outputs[0];
  scatterAdd(graph, shape, 1, 'float32', graph.op('Unsqueeze', [rows, graph.int64([-1])]), values, out);
});

const oneHot = defineLowering<{ depth: number; onValue: number; offValue: number }>(
  'OneHot',
  (graph, { attrs: { depth, onValue, offValue }, outputs }, [ids = ''], [out]) => {
    const { dtype } = outputs[0];
    // ONNX counts negative indices from the end; in tfjs their rows have no hit, like indices above the depth.
    const hit = graph.op('Equal', [
      graph.op('Unsqueeze', [ids, graph.int64([-1])]),
      graph.constant(
        'int32',
        [depth],
        Int32Array.from({ length: depth }, (_, i) => i),
      ),
    ]);
    if (dtype === 'bool') graph.op('Identity', [hit], {}, out);
    else graph.op('Where', [hit, graph.scalar(dtype, onValue), graph.scalar(dtype, offValue)], {}, out);
  },
);

const gatherNd = defineLowering('GatherNd', (graph, _op, [x = '', ids = ''], [out]) => {
  graph.op('GatherND', [x, graph.cast(ids, 'int64')], {}, out);
});

const scatterNd = defineLowering('ScatterNd', (graph, { inputs, outputs }, [ids = '', values = ''], [out]) => {
  const { shape, dtype } = outputs[0];
  const indices = inputs[0].shape;
  const [rows, slices] = scatterOperands(graph, indices, shape, ids, values);
  scatterAdd(graph, shape, depthOf(indices), dtype === 'int32' ? 'int32' : 'float32', rows, slices, out);
});

const tensorScatterUpdate = defineLowering(
  'TensorScatterUpdate',
  (graph, { inputs, outputs }, [base = '', ids = '', values = ''], [out]) => {
    const [rows, slices] = scatterOperands(graph, inputs[1].shape, outputs[0].shape, ids, values);
    graph.op('ScatterND', [base, graph.cast(rows, 'int64'), slices], {}, out);
  },
);

const sparseToDense = defineLowering(
  'SparseToDense',
  (graph, { inputs, outputs }, [ids = '', updates = '', fill = ''], [out]) => {
    const [indices, values] = [inputs[0].shape, inputs[1].shape];
    const count = indices.length < 2 ? sizeOf(indices) : (indices[0] ?? 0);
    const wide = graph.op('Expand', [updates, graph.int64(sizeOf(values) === 1 ? [count] : values)]);
    const { shape } = outputs[0];
    const [rows, slices] = scatterOperands(graph, indices, shape, ids, wide);
    const base = graph.op('Expand', [graph.op('Reshape', [fill, graph.int64([1])]), graph.int64(shape)]);
    graph.op('ScatterND', [base, graph.cast(rows, 'int64'), slices], {}, out);
  },
);

const topK = defineLowering<{ k: number }>('TopK', (graph, { attrs: { k } }, [x = ''], [values, indices]) => {
  const found = graph.fresh();
  graph.node('TopK', [x, graph.int64([k])], [values ?? graph.fresh(), found], { axis: -1, largest: 1, sorted: 1 });
  if (indices !== undefined) graph.cast(found, 'int32', indices);
});

const select = defineLowering('Select', (graph, { inputs }, [condition = '', t = '', e = ''], [out]) => {
  const [{ shape }, { shape: full }] = inputs;
  // A condition of rank 1 selects whole rows.
  const aligned = [...shape, ...full.slice(shape.length).map(() => 1)];
  const wide = shape.length === full.length ? condition : graph.op('Reshape', [condition, graph.int64(aligned)]);
  graph.op('Where', [wide, t, e], {}, out);
});

export function registerIndexOps(): void {
  register('GatherV2', (call) => {
    const x = input(call, 'x');
    const indices = input(call, 'indices');
    const { axis, batchDims = 0 } = call.attrs as { axis: number; batchDims?: number };
    const [dim = 0] = tf.util.parseAxisParam(axis, x.shape);
    const { outputShape } = tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, dim, batchDims);
    const output = { shape: outputShape, dtype: asDType(x.dtype, 'GatherV2') };
    const batch = batchDims < 0 ? batchDims + indices.shape.length : batchDims;
    return call.backend.record(gather, [x, indices], output, { axis: dim, batchDims: batch });
  });
  register('UnsortedSegmentSum', (call) => {
    const x = input(call, 'x');
    const segmentIds = input(call, 'segmentIds');
    const shape = [call.attrs.numSegments as number, ...x.shape.slice(segmentIds.shape.length)];
    const output = { shape, dtype: asDType(x.dtype, 'UnsortedSegmentSum') };
    return call.backend.record(unsortedSegmentSum, [x, segmentIds], output, {});
  });
  register('ScatterRows', (call) => {
    const [x, ids] = [input(call, 'x'), input(call, 'ids')];
    const shape = [call.attrs.rows as number, ...x.shape.slice(1)];
    return call.backend.record(scatterRows, [x, ids], { shape, dtype: 'float32' }, {});
  });
  register('OneHot', (call) => {
    const indices = input(call, 'indices');
    const { dtype, depth, onValue, offValue } = call.attrs as {
      dtype?: string;
      depth: number;
      onValue: number;
      offValue: number;
    };
    const output = { shape: [...indices.shape, depth], dtype: asDType(dtype ?? 'int32', 'OneHot') };
    return call.backend.record(oneHot, [indices], output, { depth, onValue, offValue });
  });
  register('GatherNd', (call) => {
    const params = input(call, 'params');
    const indices = input(call, 'indices');
    const [shape] = tf.backend_util.prepareAndValidate(params, indices);
    const output = { shape, dtype: asDType(params.dtype, 'GatherNd') };
    return call.backend.record(gatherNd, [params, indices], output, {});
  });
  register('ScatterNd', (call) => {
    const [indices, updates] = [input(call, 'indices'), input(call, 'updates')];
    const output = { shape: call.attrs.shape as number[], dtype: asDType(updates.dtype, 'ScatterNd') };
    return call.backend.record(scatterNd, [indices, updates], output, {});
  });
  register('TensorScatterUpdate', (call) => {
    const [tensor, indices, updates] = [input(call, 'tensor'), input(call, 'indices'), input(call, 'updates')];
    const output = { shape: tensor.shape, dtype: asDType(tensor.dtype, 'TensorScatterUpdate') };
    return call.backend.record(tensorScatterUpdate, [tensor, indices, updates], output, {});
  });
  register('SparseToDense', (call) => {
    const [indices, values] = [input(call, 'sparseIndices'), input(call, 'sparseValues')];
    const output = { shape: call.attrs.outputShape as number[], dtype: asDType(values.dtype, 'SparseToDense') };
    return call.backend.record(sparseToDense, [indices, values, input(call, 'defaultValue')], output, {});
  });
  register('TopK', (call) => {
    const x = input(call, 'x');
    const { k } = call.attrs as { k: number; sorted: boolean };
    const shape = [...x.shape.slice(0, -1), k];
    const values = { shape, dtype: asDType(x.dtype, 'TopK') };
    return call.backend.recordMany(topK, [x], [values, { shape, dtype: 'int32' }], { k });
  });
  register('Select', (call) => {
    const t = input(call, 't');
    const output = { shape: t.shape, dtype: asDType(t.dtype, 'Select') };
    return call.backend.record(select, [input(call, 'condition'), t, input(call, 'e')], output, {});
  });
}

/**
 * Adds slices to zeros at indices that may repeat. It uses ScatterElements, which is sequential: ScatterND with `reduction: add`
 * distributes its updates over threads without a lock and loses updates of repeated indices.
 *
 * @param depth number of leading axes of `shape` in an index
 * @param indices [..., depth]
 */
function scatterAdd(
  graph: GraphBuilder,
  shape: readonly number[],
  depth: number,
  type: 'float32' | 'int32',
  indices: string,
  updates: string,
  out: string | undefined,
): void {
  const [count, slice] = [sizeOf(shape.slice(0, depth)), sizeOf(shape.slice(depth))];
  const strides = Array.from({ length: depth }, (_, axis) => sizeOf(shape.slice(axis + 1, depth)));
  const tuples = graph.op('Reshape', [graph.cast(indices, 'int64'), graph.int64([-1, depth])]);
  const flat =
    depth === 1
      ? tuples
      : graph.op('ReduceSum', [graph.op('Mul', [tuples, graph.int64(strides)]), graph.int64([1])], { keepdims: 1 });
  const slices = graph.op('Reshape', [updates, graph.int64([-1, slice])]);
  const expanded = graph.op('Expand', [flat, graph.op('Shape', [slices])]);
  const zero = { tensor: { type, dims: [1], bytes: new Uint8Array(4) } };
  const zeros = graph.op('ConstantOfShape', [graph.int64([count, slice])], { value: zero });
  const sums = graph.op('ScatterElements', [zeros, expanded, slices], { axis: 0, reduction: 'add' });
  graph.op('Reshape', [sums, graph.int64(shape)], {}, out);
}

/** Returns the number of leading axes in an index. */
function depthOf(indices: readonly number[]): number {
  return indices.length > 1 ? (indices.at(-1) ?? 1) : 1;
}

/**
 * Reshapes indices to [updates, depth] and updates to [updates, ...slice]; both can have more or fewer leading axes.
 *
 * @param indices shape of `ids`
 */
function scatterOperands(
  graph: GraphBuilder,
  indices: readonly number[],
  shape: readonly number[],
  ids: string,
  values: string,
): [string, string] {
  const depth = depthOf(indices);
  const updates = sizeOf(indices) / Math.max(1, depth);
  const rows = graph.op('Reshape', [ids, graph.int64([updates, depth])]);
  return [rows, graph.op('Reshape', [values, graph.int64([updates, ...shape.slice(depth)])])];
}
