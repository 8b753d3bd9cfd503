/** Gradients of reductions and softmax. */
import { tf } from '../tf.js';

const { cast, cumsum, equal, exp, mul, reshape, scalar, sub, sum } = tf;

export function registerReductionGradients(): void {
  tf.registerGradient({
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => spread(dy as tf.Tensor, x, attrs) }),
  });
  tf.registerGradient({
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => ({
      x: () => {
        const [x] = saved as [tf.Tensor];
        const scale = (dy as tf.Tensor).size / x.size;
        return mul(spread(dy as tf.Tensor, x, attrs), scalar(scale));
      },
    }),
  });
  for (const kernelName of ['Max', 'Min']) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ['x'],
      outputsToSave: [true],
      // Every element with the extreme value gets the gradient, as in tfjs.
      gradFunc: (dy, saved, attrs) => ({
        x: () => {
          const [x, y] = saved as [tf.Tensor, tf.Tensor];
          const best = reshape(y, keptShape(x, attrs));
          return mul(reshape(dy as tf.Tensor, best.shape), cast(equal(x, best), 'float32'));
        },
      }),
    });
  }
  tf.registerGradient({
    kernelName: 'Softmax',
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => ({
      logits: () => {
        const [y] = saved as [tf.Tensor];
        const weighted = mul(dy as tf.Tensor, y);
        return sub(weighted, mul(sum(weighted, attrs.dim as number, true), y));
      },
    }),
  });
  tf.registerGradient({
    kernelName: 'LogSoftmax',
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => ({
      logits: () => {
        const [y] = saved as [tf.Tensor];
        return sub(dy as tf.Tensor, mul(sum(dy as tf.Tensor, attrs.axis as number, true), exp(y)));
      },
    }),
  });
  tf.registerGradient({
    kernelName: 'Prod',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => ({ x: () => prodGradient(dy as tf.Tensor, saved[0], attrs) }),
  });
  tf.registerGradient({
    kernelName: 'Cumsum',
    gradFunc: (dy, _saved, attrs) => ({
      x: () => {
        const { axis, exclusive, reverse } = attrs as unknown as { axis: number; exclusive: boolean; reverse: boolean };
        return cumsum(dy as tf.Tensor, axis, exclusive, !reverse);
      },
    }),
  });
}

/** Returns the reduced shape with reduced axes of size 1. */
function keptShape(x: tf.Tensor, attrs: Readonly<Record<string, unknown>>): number[] {
  // In tfjs, the axes of Max have another name than those of all other reductions.
  const axes = tf.util.parseAxisParam((attrs.axis ?? attrs.reductionIndices) as number | number[], x.shape);
  return tf.backend_util.expandShapeToKeepDim(tf.backend_util.computeOutAndReduceShapes(x.shape, axes)[0], axes);
}

function spread(dy: tf.Tensor, x: tf.Tensor, attrs: Readonly<Record<string, unknown>>): tf.Tensor {
  return tf.broadcastTo(reshape(dy, keptShape(x, attrs)), x.shape);
}

/** Returns the gradient of a product from cumulative products in both directions, without a division, which would fail for zeros. */
function prodGradient(dy: tf.Tensor, x: tf.Tensor, attrs: Readonly<Record<string, unknown>>): tf.Tensor {
  const axes = tf.util.parseAxisParam(attrs.axis as number | number[], x.shape);
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const perm = [...kept, ...axes];
  const rows = tf.reshape(tf.transpose(x, perm), [...kept.map((i) => x.shape[i] ?? 1), -1]);
  const others = mul(tf.cumprod(rows, -1, true, false), tf.cumprod(rows, -1, true, true));
  const slopes = mul(others, reshape(dy, [...rows.shape.slice(0, -1), 1]));
  const shaped = reshape(
    slopes,
    perm.map((i) => x.shape[i] ?? 1),
  );
  return tf.transpose(shaped, tf.backend_util.getUndoAxesPermutation(perm));
}
