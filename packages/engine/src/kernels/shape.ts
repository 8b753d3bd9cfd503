/** Ops that move values without changing them. */
import { tf } from '../tf.js';
import { asDType, type Lowering } from '../graph/record.js';
import { input, register, type Call } from './register.js';

const reshape: Lowering = (graph, node, [x = ''], [out]) => {
  graph.op('Reshape', [x, graph.int64(node.outputs[0].shape)], { allowzero: 1 }, out);
};

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
    const lower: Lowering = (graph, node, [operand = ''], [out]) => {
      graph.op('Transpose', [operand], { perm: node.attrs.perm as number[] }, out);
    };
    return call.backend.record(
      'Transpose',
      lower,
      [x],
      { shape, dtype: asDType(x.dtype, 'Transpose') },
      { perm: [...perm] },
    );
  });
  register('Tile', (call) => {
    const x = input(call, 'x');
    const reps = call.attrs.reps as number[];
    const shape = x.shape.map((dim, i) => dim * (reps[i] ?? 1));
    const lower: Lowering = (graph, _node, [operand = ''], [out]) => {
      graph.op('Tile', [operand, graph.int64(reps)], {}, out);
    };
    return call.backend.record('Tile', lower, [x], { shape, dtype: asDType(x.dtype, 'Tile') }, { reps: [...reps] });
  });
  register('PadV2', (call) => {
    const x = input(call, 'x');
    const { paddings, constantValue } = call.attrs as { paddings: [number, number][]; constantValue: number };
    const dtype = asDType(x.dtype, 'PadV2');
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    const shape = x.shape.map((dim, i) => dim + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    const lower: Lowering = (graph, _node, [operand = ''], [out]) => {
      graph.op('Pad', [operand, graph.int64(pads), graph.scalar(dtype, constantValue)], {}, out);
    };
    return call.backend.record('PadV2', lower, [x], { shape, dtype }, { pads, constantValue });
  });
  register('MirrorPad', (call) => {
    const x = input(call, 'x');
    const { paddings, mode } = call.attrs as { paddings: [number, number][]; mode: 'reflect' | 'symmetric' };
    const shape = x.shape.map((dim, i) => dim + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    const lower: Lowering = (graph, _node, [operand = ''], [out]) => {
      // One gather for each padded axis: symmetric padding repeats the edge, which ONNX's Pad cannot.
      let padded = operand;
      x.shape.forEach((dim, axis) => {
        const [before, after] = paddings[axis] ?? [0, 0];
        if (before + after === 0) return;
        const order = mirrored(dim, before, after, mode === 'reflect' ? 1 : 0);
        padded = graph.op('Gather', [padded, graph.int64(order)], { axis });
      });
      graph.op('Identity', [padded], {}, out);
    };
    const attrs = { pads: paddings.flat(), mode };
    return call.backend.record('MirrorPad', lower, [x], { shape, dtype: asDType(x.dtype, 'MirrorPad') }, attrs);
  });
  register('BroadcastTo', (call) => {
    const x = input(call, 'x');
    const shape = call.attrs.shape as number[];
    const lower: Lowering = (graph, _node, [operand = ''], [out]) => {
      graph.op('Expand', [operand, graph.int64(shape)], {}, out);
    };
    return call.backend.record('BroadcastTo', lower, [x], { shape, dtype: asDType(x.dtype, 'BroadcastTo') });
  });
  register('Reverse', (call) => {
    const x = input(call, 'x');
    const axes = tf.util.parseAxisParam(call.attrs.dims as number[], x.shape);
    const lower: Lowering = (graph, _node, [operand = ''], [out]) => {
      if (axes.length === 0) graph.op('Identity', [operand], {}, out);
      else {
        const starts = graph.int64(axes.map(() => -1));
        const ends = graph.int64(axes.map(() => -(2 ** 31)));
        graph.op('Slice', [operand, starts, ends, graph.int64(axes), starts], {}, out);
      }
    };
    return call.backend.record('Reverse', lower, [x], { shape: x.shape, dtype: asDType(x.dtype, 'Reverse') }, { axes });
  });
}

function reshaped(call: Call, x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  return call.backend.record('Reshape', reshape, [x], { shape, dtype: asDType(x.dtype, 'Reshape') });
}

/** Positions of a padded axis in the axis itself; `skip` leaves the edge out of its own reflection. */
function mirrored(dim: number, before: number, after: number, skip: 0 | 1): number[] {
  return Array.from({ length: before + dim + after }, (_, i) => {
    const at = i - before;
    if (at < 0) return -at - 1 + skip;
    return at < dim ? at : 2 * dim - at - 1 - skip;
  });
}
