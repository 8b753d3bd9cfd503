/** Looking values up by index and adding them back by index. */
import { tf } from '../tf.js';
import { asDType, sizeOf, type Lowering } from '../graph/record.js';
import type { GraphBuilder } from '../graph/builder.js';
import { input, register } from './register.js';

export function registerIndexOps(): void {
  register('GatherV2', (call) => {
    const x = input(call, 'x');
    const indices = input(call, 'indices');
    const { axis, batchDims } = call.attrs as { axis: number; batchDims?: number };
    const [dim = 0] = tf.util.parseAxisParam(axis, x.shape);
    const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, dim, batchDims ?? 0);
    return call.backend.record(
      'GatherV2',
      batchDims ? batchedGather(info.batchSize, info.outerSize, info.dimSize, info.sliceSize) : gather(dim),
      [x, indices],
      { shape: info.outputShape, dtype: asDType(x.dtype, 'GatherV2') },
      { axis: dim, batchDims: batchDims ?? 0 },
    );
  });
  register('UnsortedSegmentSum', (call) => {
    const x = input(call, 'x');
    const segmentIds = input(call, 'segmentIds');
    const numSegments = call.attrs.numSegments as number;
    const rest = x.shape.slice(segmentIds.shape.length);
    const dtype = asDType(x.dtype, 'UnsortedSegmentSum');
    const shape = [numSegments, ...rest];
    const lower: Lowering = (graph, _node, [values = '', ids = ''], [out]) => {
      // A negative id belongs to no segment; ONNX would count it from the end. Such rows go to a segment of their own, which is cut off.
      const segment = graph.op('Where', [
        graph.op('Less', [ids, graph.scalar('int32', 0)]),
        graph.scalar('int32', numSegments),
        ids,
      ]);
      const rows = graph.op('Unsqueeze', [segment, graph.int64([-1])]);
      const all = graph.fresh();
      scatterAdd(graph, [numSegments + 1, ...rest], 1, dtype === 'int32' ? 'int32' : 'float32', rows, values, all);
      graph.op('Slice', [all, graph.int64([0]), graph.int64([numSegments]), graph.int64([0])], {}, out);
    };
    return call.backend.record('UnsortedSegmentSum', lower, [x, segmentIds], { shape, dtype });
  });
  // The gradient of a lookup: all ids are valid, so nothing has to be cut off.
  register('ScatterRows', (call) => {
    const [x, ids] = [input(call, 'x'), input(call, 'ids')];
    const shape = [call.attrs.rows as number, ...x.shape.slice(1)];
    const lower: Lowering = (graph, _node, [values = '', rows = ''], [out]) => {
      scatterAdd(graph, shape, 1, 'float32', graph.op('Unsqueeze', [rows, graph.int64([-1])]), values, out);
    };
    return call.backend.record('ScatterRows', lower, [x, ids], { shape, dtype: 'float32' });
  });
  register('OneHot', (call) => {
    const indices = input(call, 'indices');
    const { dtype, depth, onValue, offValue } = call.attrs as {
      dtype?: string;
      depth: number;
      onValue: number;
      offValue: number;
    };
    const type = asDType(dtype ?? 'int32', 'OneHot');
    const lower: Lowering = (graph, _node, [ids = ''], [out]) => {
      // ONNX counts negative indices from the end; tfjs leaves their rows empty, as it does beyond the depth.
      const hit = graph.op('Equal', [
        graph.op('Unsqueeze', [ids, graph.int64([-1])]),
        graph.constant(
          'int32',
          [depth],
          Int32Array.from({ length: depth }, (_, i) => i),
        ),
      ]);
      if (type === 'bool') graph.op('Identity', [hit], {}, out);
      else graph.op('Where', [hit, graph.scalar(type, onValue), graph.scalar(type, offValue)], {}, out);
    };
    return call.backend.record(
      'OneHot',
      lower,
      [indices],
      { shape: [...indices.shape, depth], dtype: type },
      { depth, onValue, offValue },
    );
  });
  register('GatherNd', (call) => {
    const params = input(call, 'params');
    const indices = input(call, 'indices');
    const [shape] = tf.backend_util.prepareAndValidate(params, indices);
    const lower: Lowering = (graph, _node, [x = '', ids = ''], [out]) => {
      graph.op('GatherND', [x, graph.cast(ids, 'int64')], {}, out);
    };
    return call.backend.record('GatherNd', lower, [params, indices], {
      shape,
      dtype: asDType(params.dtype, 'GatherNd'),
    });
  });
  register('ScatterNd', (call) => {
    const [indices, updates] = [input(call, 'indices'), input(call, 'updates')];
    const shape = call.attrs.shape as number[];
    const dtype = asDType(updates.dtype, 'ScatterNd');
    const depth = tf.backend_util.calculateShapes(updates, indices, shape).sliceRank;
    const lower: Lowering = (graph, _node, [ids = '', values = ''], [out]) => {
      const [rows, slices] = scatterOperands(graph, indices, updates, shape, ids, values);
      scatterAdd(graph, shape, depth, dtype === 'int32' ? 'int32' : 'float32', rows, slices, out);
    };
    return call.backend.record('ScatterNd', lower, [indices, updates], { shape, dtype });
  });
  register('TensorScatterUpdate', (call) => {
    const [tensor, indices, updates] = [input(call, 'tensor'), input(call, 'indices'), input(call, 'updates')];
    const lower: Lowering = (graph, _node, [base = '', ids = '', values = ''], [out]) => {
      const [rows, slices] = scatterOperands(graph, indices, updates, tensor.shape, ids, values);
      graph.op('ScatterND', [base, graph.cast(rows, 'int64'), slices], {}, out);
    };
    const output = { shape: tensor.shape, dtype: asDType(tensor.dtype, 'TensorScatterUpdate') };
    return call.backend.record('TensorScatterUpdate', lower, [tensor, indices, updates], output);
  });
  register('SparseToDense', (call) => {
    const [indices, values] = [input(call, 'sparseIndices'), input(call, 'sparseValues')];
    const initial = input(call, 'defaultValue');
    const shape = call.attrs.outputShape as number[];
    const lower: Lowering = (graph, _node, [ids = '', updates = '', fill = ''], [out]) => {
      const spread = {
        ...values,
        shape:
          sizeOf(values.shape) === 1
            ? [indices.shape.length < 2 ? sizeOf(indices.shape) : (indices.shape[0] ?? 0)]
            : values.shape,
      };
      const wide = graph.op('Expand', [updates, graph.int64(spread.shape)]);
      const [rows, slices] = scatterOperands(graph, indices, spread, shape, ids, wide);
      const base = graph.op('Expand', [graph.op('Reshape', [fill, graph.int64([1])]), graph.int64(shape)]);
      graph.op('ScatterND', [base, graph.cast(rows, 'int64'), slices], {}, out);
    };
    const output = { shape, dtype: asDType(values.dtype, 'SparseToDense') };
    return call.backend.record('SparseToDense', lower, [indices, values, initial], output);
  });
  register('TopK', (call) => {
    const x = input(call, 'x');
    const { k } = call.attrs as { k: number; sorted: boolean };
    const shape = [...x.shape.slice(0, -1), k];
    const dtype = asDType(x.dtype, 'TopK');
    const lower: Lowering = (graph, _node, [operand = ''], [values, indices]) => {
      const places = graph.fresh();
      graph.node('TopK', [operand, graph.int64([k])], [values ?? graph.fresh(), places], {
        axis: -1,
        largest: 1,
        sorted: 1,
      });
      if (indices !== undefined) graph.cast(places, 'int32', indices);
    };
    return call.backend.recordMany(
      'TopK',
      lower,
      [x],
      [
        { shape, dtype },
        { shape, dtype: 'int32' },
      ],
      { k },
    );
  });
  register('Select', (call) => {
    const condition = input(call, 'condition');
    const t = input(call, 't');
    const e = input(call, 'e');
    // A condition of rank 1 picks whole rows.
    const aligned = [...condition.shape, ...t.shape.slice(condition.shape.length).map(() => 1)];
    const lower: Lowering = (graph, _node, [c = '', a = '', b = ''], [out]) => {
      graph.op(
        'Where',
        [condition.shape.length === t.shape.length ? c : graph.op('Reshape', [c, graph.int64(aligned)]), a, b],
        {},
        out,
      );
    };
    return call.backend.record('Select', lower, [condition, t, e], {
      shape: t.shape,
      dtype: asDType(t.dtype, 'Select'),
    });
  });
}

function gather(axis: number): Lowering {
  return (graph, _node, operands, [out]) => {
    graph.op('Gather', operands, { axis }, out);
  };
}

/** Each batch row has its own indices: shift them into one flat table. */
function batchedGather(batch: number, outer: number, dim: number, slice: number): Lowering {
  return (graph, node, [x = '', ids = ''], [out]) => {
    const indices = node.inputs[1]?.shape ?? [];
    const perRow = sizeOf(indices) / Math.max(1, batch);
    const table = graph.op('Reshape', [x, graph.int64([batch * outer * dim, slice])]);
    const offsets = Int32Array.from({ length: batch * outer }, (_, i) => i * dim);
    const wide = graph.op('Reshape', [ids, graph.int64([batch, 1, perRow])]);
    const shifted = graph.op('Add', [wide, graph.constant('int32', [batch, outer, 1], offsets)]);
    const rows = graph.op('Gather', [table, shifted], { axis: 0 });
    graph.op('Reshape', [rows, graph.int64(node.outputs[0]?.shape ?? [])], {}, out);
  };
}

/**
 * Adds slices to zeros at places that may coincide. Through ScatterElements, which adds one after the other: ScatterND with
 * `reduction: add` divides its updates over threads without a lock, and loses sums where two of them meet.
 *
 * @param depth leading axes of `shape` that an index names
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
  const [places, slice] = [sizeOf(shape.slice(0, depth)), sizeOf(shape.slice(depth))];
  const strides = Array.from({ length: depth }, (_, axis) => sizeOf(shape.slice(axis + 1, depth)));
  const named = graph.op('Reshape', [graph.cast(indices, 'int64'), graph.int64([-1, depth])]);
  const place =
    depth === 1
      ? named
      : graph.op('ReduceSum', [graph.op('Mul', [named, graph.int64(strides)]), graph.int64([1])], { keepdims: 1 });
  const slices = graph.op('Reshape', [updates, graph.int64([-1, slice])]);
  const everywhere = graph.op('Expand', [place, graph.op('Shape', [slices])]);
  const zero = { tensor: { type, dims: [1], bytes: new Uint8Array(4) } };
  const empty = graph.op('ConstantOfShape', [graph.int64([places, slice])], { value: zero });
  const sums = graph.op('ScatterElements', [empty, everywhere, slices], { axis: 0, reduction: 'add' });
  graph.op('Reshape', [sums, graph.int64(shape)], {}, out);
}

/** Brings indices to [updates, depth] and updates to [updates, ...slice]; both may come with more or fewer leading axes. */
function scatterOperands(
  graph: GraphBuilder,
  indices: tf.TensorInfo,
  updates: tf.TensorInfo,
  shape: readonly number[],
  ids: string,
  values: string,
): [string, string] {
  const { sliceRank, numUpdates } = tf.backend_util.calculateShapes(updates, indices, [...shape]);
  const rows = graph.op('Reshape', [ids, graph.int64([numUpdates, sliceRank])]);
  return [rows, graph.op('Reshape', [values, graph.int64([numUpdates, ...shape.slice(sliceRank)])])];
}
