/** Free lists of output buffers, so that training steps do not allocate memory for new values. */
import { OutOfMemoryError } from '../errors.js';
import { sizeOf, type DType, type LazyTensor, type TensorData } from '../graph/record.js';

/** Minimum number of values of a pooled buffer; low enough that the matrices of tests are pooled like those of real models. */
const MIN_VALUES = 64;

/** Pool of unused output buffers by dtype and size. */
export class BufferPool {
  private readonly free = new Map<string, TensorData[]>();
  private pooled = 0;

  /** Bytes of unused buffers. */
  get bytes(): number {
    return this.pooled;
  }

  /**
   * Returns a pooled buffer, or a new one.
   *
   * @throws {OutOfMemoryError}
   */
  take(shape: readonly number[], dtype: DType): TensorData {
    const size = sizeOf(shape);
    const found = this.free.get(`${dtype}${size}`)?.pop();
    if (found) {
      this.pooled -= found.byteLength;
      return found;
    }
    try {
      if (dtype === 'float32') return new Float32Array(size);
      return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
    } catch (cause) {
      throw new OutOfMemoryError(size * (dtype === 'bool' ? 1 : 4), `a ${dtype} tensor [${shape.join(', ')}]`, cause);
    }
  }

  /** Adds the buffer of a dead tensor to the pool, if the engine allocated it and no caller has a reference to it. */
  give(tensor: LazyTensor): void {
    const { data, dtype } = tensor;
    if (!data || !tensor.recyclable || data.length < MIN_VALUES) return;
    tensor.recyclable = false;
    const key = `${dtype}${data.length}`;
    const list = this.free.get(key);
    if (list) list.push(data);
    else this.free.set(key, [data]);
    this.pooled += data.byteLength;
  }

  /** Frees all pooled buffers. */
  clear(): void {
    this.free.clear();
    this.pooled = 0;
  }
}
