/** Gradients of ops that read values by index: gradients are added at the same index. */
import { isOnnx, runKernel } from '../fused/run-kernel.js';
import { tf } from '../tf.js';

const { gather, reshape, transpose, unsortedSegmentSum } = tf;

export function registerIndexGradients(): void {
  tf.registerGradient({
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, saved, attrs) => {
      const [x, indices] = saved as [tf.Tensor, tf.Tensor1D];
      const [axis = 0] = tf.util.parseAxisParam(attrs.axis as number, x.shape);
      return {
        x: () =>
          attrs.batchDims
            ? batchedScatter(dy as tf.Tensor, x, indices, axis)
            : scatter(dy as tf.Tensor, x.shape, indices, axis),
        indices: () => indices,
      };
    },
  });
  tf.registerGradient({
    kernelName: 'UnsortedSegmentSum',
    inputsToSave: ['segmentIds'],
    gradFunc: (dy, saved) => ({
      x: () => {
        const [segmentIds] = saved as [tf.Tensor];
        // Rows with negative ids are ignored.
        const ids = tf.maximum(segmentIds, tf.zerosLike(segmentIds));
        const rows = gather(dy as tf.Tensor, ids as tf.Tensor1D);
        const kept = tf.cast(tf.greaterEqual(segmentIds, tf.scalar(0, 'int32')), 'float32');
        return tf.mul(
          rows,
          reshape(kept, [...segmentIds.shape, ...rows.shape.slice(segmentIds.shape.length).map(() => 1)]),
        );
      },
    }),
  });
  tf.registerGradient({
    kernelName: 'OneHot',
    inputsToSave: ['indices'],
    gradFunc: (_dy, saved) => ({ indices: () => tf.zeros(saved[0].shape, 'float32') }),
  });
}

/** Returns the gradient of a gather along `axis`, which is moved to the front for the sum. */
function scatter(dy: tf.Tensor, shape: number[], indices: tf.Tensor1D, axis: number): tf.Tensor {
  const count = indices.size;
  const flat = reshape<tf.Rank.R1>(indices, [count]);
  const outer = shape.slice(0, axis);
  const inner = shape.slice(axis + 1);
  const columns = reshape(dy, [...outer, count, ...inner]);
  if (axis === 0) return scatterRows(columns, flat, shape[0] ?? 0);
  const rank = shape.length;
  const toFront = [axis, ...range(0, axis), ...range(axis + 1, rank)];
  const summed = scatterRows(transpose(columns, toFront), flat, shape[axis] ?? 0);
  return transpose(summed, tf.backend_util.getUndoAxesPermutation(toFront));
}

function scatterRows(x: tf.Tensor, ids: tf.Tensor1D, rows: number): tf.Tensor {
  return isOnnx() ? runKernel('ScatterRows', { x, ids }, { rows })[0] : unsortedSegmentSum(x, ids, rows);
}

/** Returns the gradient of a batched gather, with one scatter per batch row, because rows have different indices. */
function batchedScatter(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number): tf.Tensor {
  const rows = tf.unstack(dy);
  const ids = tf.unstack(indices);
  return tf.stack(rows.map((row, i) => scatter(row, x.shape.slice(1), ids[i] as tf.Tensor1D, axis - 1)));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
