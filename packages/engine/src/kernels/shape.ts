/** Ops that move values without changing them. */
import { tf } from '../tf.js';
import { defineLowering } from '../graph/lowering.js';
import { asDType } from '../graph/record.js';
import { input, register, type Call } from './register.js';

const reshape = defineLowering('Reshape', (graph, { outputs }, [x = ''], [out]) => {
  graph.op('Reshape', [x, graph.int64(outputs[0].shape)], { allowzero: 1 }, out);
});

const transpose = defineLowering<{ perm: readonly number[] }>('Transpose', (graph, { attrs }, [x = ''], [out]) => {
  graph.op('Transpose', [x], { perm: attrs.perm }, out);
});

const tile = defineLowering<{ reps: readonly number[] }>('Tile', (graph, { attrs }, [x = ''], [out]) => {
  graph.op('Tile', [x, graph.int64(attrs.reps)], {}, out);
});

const pad = defineLowering<{ pads: readonly number[]; constantValue: number }>(
  'PadV2',
  (graph, { attrs, outputs }, [x = ''], [out]) => {
    graph.op('Pad', [x, graph.int64(attrs.pads), graph.scalar(outputs[0].dtype, attrs.constantValue)], {}, out);
  },
);

/** Mirror padding; `pads` has the padding before and after each axis. */
const mirrorPad = defineLowering<{ pads: readonly number[]; mode: 'reflect' | 'symmetric' }>(
  'MirrorPad',
  (graph, { attrs: { pads, mode }, inputs }, [x = ''], [out]) => {
    // One Gather per padded axis, because ONNX's Pad does not support symmetric padding, which repeats the edge.
    let padded = x;
    inputs[0].shape.forEach((dim, axis) => {
      const [before = 0, after = 0] = pads.slice(2 * axis);
      if (before + after === 0) return;
      const order = mirrored(dim, before, after, mode === 'reflect' ? 1 : 0);
      padded = graph.op('Gather', [padded, graph.int64(order)], { axis });
    });
    graph.op('Identity', [padded], {}, out);
  },
);

const broadcastTo = defineLowering('BroadcastTo', (graph, { outputs }, [x = ''], [out]) => {
  graph.op('Expand', [x, graph.int64(outputs[0].shape)], {}, out);
});

const reverse = defineLowering<{ axes: readonly number[] }>(
  'Reverse',
  (graph, { attrs: { axes } }, [x = ''], [out]) => {
    if (axes.length === 0) graph.op('Identity', [x], {}, out);
    else {
      const starts = graph.int64(axes.map(() => -1));
      const ends = graph.int64(axes.map(() => -(2 ** 31)));
      graph.op('Slice', [x, starts, ends, graph.int64(axes), starts], {}, out);
    }
  },
);

export function registerShapeOps(): void {
  register('Reshape', (call) => {
    const x = input(call, 'x');
    return reshaped(
      call,
      x,
      tf.util.inferFromImplicitShape(call.attrs.shape as number[], tf.util.sizeFromShape(x.shape)),
    );
  });
  register('ExpandDims', (call) => {
    const x = input(call, 'input');
    const dim = call.attrs.dim as number;
    tf.util.assert(-(x.shape.length + 1) <= dim && dim <= x.shape.length, () => {
      return `Axis must be in the interval [${-(x.shape.length + 1)}, ${x.shape.length}]`;
    });
    const shape = [...x.shape];
    shape.splice(dim < 0 ? shape.length + dim + 1 : dim, 0, 1);
    return reshaped(call, x, shape);
  });
  register('Transpose', (call) => {
    const x = input(call, 'x');
    const perm = call.attrs.perm as number[];
    const shape = perm.map((axis) => x.shape[axis] ?? 1);
    return call.backend.record(transpose, [x], { shape, dtype: asDType(x.dtype, 'Transpose') }, { perm });
  });
  register('Tile', (call) => {
    const x = input(call, 'x');
    const reps = call.attrs.reps as number[];
    const shape = x.shape.map((dim, i) => dim * (reps[i] ?? 1));
    return call.backend.record(tile, [x], { shape, dtype: asDType(x.dtype, 'Tile') }, { reps });
  });
  register('PadV2', (call) => {
    const x = input(call, 'x');
    const { paddings, constantValue } = call.attrs as { paddings: [number, number][]; constantValue: number };
    const dtype = asDType(x.dtype, 'PadV2');
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    const shape = x.shape.map((dim, i) => dim + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    return call.backend.record(pad, [x], { shape, dtype }, { pads, constantValue });
  });
  register('MirrorPad', (call) => {
    const x = input(call, 'x');
    const { paddings, mode } = call.attrs as { paddings: [number, number][]; mode: 'reflect' | 'symmetric' };
    const shape = x.shape.map((dim, i) => dim + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    const output = { shape, dtype: asDType(x.dtype, 'MirrorPad') };
    return call.backend.record(mirrorPad, [x], output, { pads: paddings.flat(), mode });
  });
  register('BroadcastTo', (call) => {
    const x = input(call, 'x');
    const shape = call.attrs.shape as number[];
    return call.backend.record(broadcastTo, [x], { shape, dtype: asDType(x.dtype, 'BroadcastTo') }, {});
  });
  register('Reverse', (call) => {
    const x = input(call, 'x');
    const axes = tf.util.parseAxisParam(call.attrs.dims as number[], x.shape);
    return call.backend.record(reverse, [x], { shape: x.shape, dtype: asDType(x.dtype, 'Reverse') }, { axes });
  });
}

function reshaped(call: Call, x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  return call.backend.record(reshape, [x], { shape, dtype: asDType(x.dtype, 'Reshape') }, {});
}

/** Returns the source index of each element of a padded axis; with `skip` the edge is not repeated. */
function mirrored(dim: number, before: number, after: number, skip: 0 | 1): number[] {
  return Array.from({ length: before + dim + after }, (_, i) => {
    const at = i - before;
    if (at < 0) return -at - 1 + skip;
    return at < dim ? at : 2 * dim - at - 1 - skip;
  });
}
