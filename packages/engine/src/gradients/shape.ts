/** Gradients of ops that move values. */
import { tf } from '../tf.js';

const { concat, mul, pad, reshape, reverse, slice, split, stack, sum, transpose, unstack } = tf;

export function registerShapeGradients(): void {
  for (const [kernelName, operand] of [
    ['Reshape', 'x'],
    ['ExpandDims', 'input'],
  ] as const) {
    tf.registerGradient({
      kernelName,
      inputsToSave: [operand],
      gradFunc: (dy, saved) => ({ [operand]: () => reshape(dy as tf.Tensor, saved[0].shape) }),
    });
  }
  tf.registerGradient({
    kernelName: 'Transpose',
    gradFunc: (dy, _saved, attrs) => ({
      x: () => transpose(dy as tf.Tensor, tf.backend_util.getUndoAxesPermutation(attrs.perm as number[])),
    }),
  });
  tf.registerGradient({
    kernelName: 'Slice',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => ({
      x: () => {
        const [x] = saved as [tf.Tensor];
        const [begin, size] = tf.slice_util.parseSliceParams(x, attrs.begin as number[], attrs.size as number[]);
        const paddings = begin.map((start, i): [number, number] => [start, (x.shape[i] ?? 0) - start - (size[i] ?? 0)]);
        return pad(dy as tf.Tensor, paddings);
      },
    }),
  });
  tf.registerGradient({
    kernelName: 'PadV2',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => ({
      x: () => {
        const begin = (attrs.paddings as unknown as [number, number][]).map(([before]) => before);
        return slice(dy as tf.Tensor, begin, saved[0].shape);
      },
    }),
  });
  tf.registerGradient({
    kernelName: 'MirrorPad',
    inputsToSave: ['x'],
    // As in tfjs, mirrored elements do not contribute to the gradient.
    gradFunc: (dy, saved, attrs) => ({
      x: () => {
        const begin = (attrs.paddings as unknown as [number, number][]).map(([before]) => before);
        return slice(dy as tf.Tensor, begin, saved[0].shape);
      },
    }),
  });
  tf.registerGradient({
    kernelName: 'BatchToSpaceND',
    gradFunc: (dy, _saved, attrs) => ({
      x: () => tf.spaceToBatchND(dy as tf.Tensor, attrs.blockShape as number[], attrs.crops as unknown as number[][]),
    }),
  });
  tf.registerGradient({
    kernelName: 'SpaceToBatchND',
    gradFunc: (dy, _saved, attrs) => ({
      x: () =>
        tf.batchToSpaceND(dy as tf.Tensor, attrs.blockShape as number[], attrs.paddings as unknown as number[][]),
    }),
  });
  tf.registerGradient({
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const parts = saved;
      const [axis = 0] = tf.util.parseAxisParam(attrs.axis as number, parts[0]?.shape ?? []);
      const pieces = split(
        dy as tf.Tensor,
        parts.map((part) => part.shape[axis] ?? 0),
        axis,
      );
      return Object.fromEntries(pieces.map((piece, i) => [String(i), () => piece]));
    },
  });
  tf.registerGradient({
    kernelName: 'Pack',
    saveAllInputs: true,
    gradFunc: (dy, _saved, attrs) => {
      const pieces = unstack(dy as tf.Tensor, attrs.axis as number);
      return Object.fromEntries(pieces.map((piece, i) => [String(i), () => piece]));
    },
  });
  tf.registerGradient({
    kernelName: 'SplitV',
    gradFunc: (dy, _saved, attrs) => ({ x: () => concat(dy as unknown as tf.Tensor[], attrs.axis as number) }),
  });
  tf.registerGradient({
    kernelName: 'Unpack',
    gradFunc: (dy, _saved, attrs) => ({ value: () => stack(dy as unknown as tf.Tensor[], attrs.axis as number) }),
  });
  tf.registerGradient({
    kernelName: 'Tile',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => ({
      x: () => sumTiles(dy as tf.Tensor, saved[0].shape, attrs.reps as number[]),
    }),
  });
  tf.registerGradient({
    kernelName: 'BroadcastTo',
    inputsToSave: ['x'],
    gradFunc: (dy, saved) => ({
      x: () => {
        const { shape } = saved[0];
        const axes = tf.broadcast_util.getReductionAxes(shape, (dy as tf.Tensor).shape);
        return reshape(axes.length > 0 ? sum(dy as tf.Tensor, axes) : (dy as tf.Tensor), shape);
      },
    }),
  });
  tf.registerGradient({
    kernelName: 'Reverse',
    gradFunc: (dy, _saved, attrs) => ({ x: () => reverse(dy as tf.Tensor, attrs.dims as number[]) }),
  });
  tf.registerGradient({
    kernelName: 'Select',
    inputsToSave: ['condition'],
    gradFunc: (dy, saved) => {
      const [condition] = saved as [tf.Tensor];
      const mask = (): tf.Tensor => tf.cast(condition, 'float32');
      return {
        condition: () => tf.zerosLike(mask()),
        t: () => mul(dy as tf.Tensor, mask()),
        e: () => mul(dy as tf.Tensor, tf.cast(tf.logicalNot(condition), 'float32')),
      };
    },
  });
  tf.registerGradient({
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) =>
      Object.fromEntries(saved.map((_, i) => [String(i), () => tf.cast(dy as tf.Tensor, 'float32')])),
  });
}

/** Sums the gradient over repeats: each axis is reshaped to (repeats, size). */
function sumTiles(dy: tf.Tensor, shape: number[], reps: readonly number[]): tf.Tensor {
  const paired = shape.flatMap((dim, i) => [reps[i] ?? 1, dim]);
  return sum(
    reshape(dy, paired),
    shape.map((_, i) => 2 * i),
  );
}
