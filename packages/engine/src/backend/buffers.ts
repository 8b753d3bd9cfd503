/** Free lists of output buffers. A training step writes its new parameters into what held the ones before the last. */
import { OutOfMemoryError } from '../errors.js';
import { sizeOf, type DType, type LazyTensor, type TensorData } from '../graph/record.js';

/** Values of the smallest buffer that is kept: low enough for the matrices of tests to be kept as those of real models are. */
const SMALLEST_KEPT = 64;

export class BufferPool {
  private readonly free = new Map<string, TensorData[]>();
  private held = 0;

  /** Bytes waiting to be used again. */
  get bytes(): number {
    return this.held;
  }

  take(shape: readonly number[], dtype: DType): TensorData {
    const size = sizeOf(shape);
    const found = this.free.get(`${dtype}${size}`)?.pop();
    if (found) {
      this.held -= found.byteLength;
      return found;
    }
    try {
      if (dtype === 'float32') return new Float32Array(size);
      return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
    } catch (cause) {
      throw new OutOfMemoryError(size * (dtype === 'bool' ? 1 : 4), `a ${dtype} tensor [${shape.join(', ')}]`, cause);
    }
  }

  /** Takes a dead tensor's buffer back, if it is the engine's own and no caller holds it. */
  give(tensor: LazyTensor): void {
    const { data, dtype } = tensor;
    if (!data || !tensor.recyclable || data.length < SMALLEST_KEPT) return;
    tensor.recyclable = false;
    const key = `${dtype}${data.length}`;
    const list = this.free.get(key);
    if (list) list.push(data);
    else this.free.set(key, [data]);
    this.held += data.byteLength;
  }

  clear(): void {
    this.free.clear();
    this.held = 0;
  }
}
