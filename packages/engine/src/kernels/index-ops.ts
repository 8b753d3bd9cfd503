/** Looking values up by index and adding them back by index. */
import { tf } from '../tf.js';
import { asDType, sizeOf, type Lowering } from '../backend/record.js';
import type { GraphBuilder } from '../graph/builder.js';
import { input, register } from './register.js';

export function registerIndexOps(): void {
  register('GatherV2', (call) => {
    const x = input(call, 'x');
    const indices = input(call, 'indices');
    const { axis, batchDims } = call.attrs as { axis: number; batchDims?: number };
    const [dim = 0] = tf.util.parseAxisParam(axis, x.shape);
    const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
      x as tf.Tensor,
      indices as tf.Tensor,
      dim,
      batchDims ?? 0,
    );
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
      scatterAdd(
        graph,
        shape,
        dtype === 'int32' ? 'int32' : 'float32',
        graph.op('Unsqueeze', [ids, graph.int64([-1])]),
        values,
        out,
      );
    };
    return call.backend.record('UnsortedSegmentSum', lower, [x, segmentIds], { shape, dtype });
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
    const indices = input(call, 'indices');
    const updates = input(call, 'updates');
    const shape = call.attrs.shape as number[];
    const dtype = asDType(updates.dtype, 'ScatterNd');
    const lower: Lowering = (graph, _node, [ids = '', values = ''], [out]) => {
      scatterAdd(graph, shape, dtype === 'int32' ? 'int32' : 'float32', ids, values, out);
    };
    return call.backend.record('ScatterNd', lower, [indices, updates], { shape, dtype });
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

function scatterAdd(
  graph: GraphBuilder,
  shape: readonly number[],
  type: 'float32' | 'int32',
  indices: string,
  updates: string,
  out: string | undefined,
): void {
  const zero = { tensor: { type, dims: [1], bytes: new Uint8Array(4) } };
  const empty = graph.op('ConstantOfShape', [graph.int64(shape)], { value: zero });
  graph.op('ScatterND', [empty, graph.cast(indices, 'int64'), updates], { reduction: 'add' }, out);
}
