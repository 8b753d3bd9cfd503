/**
 * UnsortedSegmentSum for tfjs's wasm backend, the only kernel for training that it lacks: the gradient of a gather. It is computed in
 * JavaScript on copies, because kernels of other packages cannot use the memory of the wasm backend.
 */
import { tf } from '../tf.js';

/** The used part of the wasm backend. */
interface SyncBackend {
  readSync(dataId: object): Float32Array | Int32Array;
  write(values: Float32Array | Int32Array, shape: number[], dtype: string): object;
}

/** Registers the kernel, unless there is one. */
export function registerWasmSegmentSum(): void {
  if (tf.getKernel('UnsortedSegmentSum', 'wasm')) return;
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
      const { readSync, write } = backend as SyncBackend;
      const segments = attrs?.numSegments as unknown as number;
      const shape = [segments, ...x.shape.slice(segmentIds.shape.length)];
      const values = readSync.call(backend, x.dataId);
      const ids = readSync.call(backend, segmentIds.dataId);
      const sums =
        x.dtype === 'int32'
          ? new Int32Array(tf.util.sizeFromShape(shape))
          : new Float32Array(tf.util.sizeFromShape(shape));
      sumSegments(values, ids, sums, tf.util.sizeFromShape(shape.slice(1)));
      return { dataId: write.call(backend, sums, shape, x.dtype), shape, dtype: x.dtype };
    },
  });
}

/** Adds each row of `values` to the row of `sums` given by its id; rows with negative ids are ignored. */
function sumSegments(
  values: ArrayLike<number>,
  ids: ArrayLike<number>,
  sums: Float32Array | Int32Array,
  width: number,
): void {
  for (let row = 0; row < ids.length; row++) {
    const segment = ids[row];
    if (segment < 0) continue;
    for (let i = 0; i < width; i++) {
      const at = segment * width + i;
      sums[at] = sums[at] + values[row * width + i];
    }
  }
}
