import type { UnsupportedError } from '@geneformer-ts/core';
import { widenBfloat16, widenFloat16 } from '../base/half-precision.js';

/** Supported element types. The first three are read as Float32Array. */
export type TensorDtype = 'F32' | 'F16' | 'BF16' | 'I64' | 'I32';

/** Bytes per element in the file. */
export const BYTES: Record<TensorDtype, number> = { F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4 };

/** Elements of a tensor, in row-major order. */
export type TensorData = Float32Array | BigInt64Array | Int32Array;

/** A tensor in memory. `dtype` is the type in the file; half precision is converted to float32 in `data`. */
export interface NamedTensor {
  dtype: TensorDtype;
  shape: number[];
  data: TensorData;
}

export function isDtype(name: unknown): name is TensorDtype {
  return typeof name === 'string' && Object.hasOwn(BYTES, name);
}

/** Decodes little-endian elements. The result uses the memory of `bytes` if that is a whole buffer, else a copy. */
export function decodeTensor(dtype: TensorDtype, bytes: Uint8Array): TensorData {
  // A view may be unaligned, and may be the memory of the caller's source.
  const { buffer, byteOffset, byteLength } = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case 'I64':
      return new BigInt64Array(buffer, byteOffset, byteLength / 8);
    case 'I32':
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case 'BF16':
      return widenBfloat16(new Uint16Array(buffer, byteOffset, byteLength / 2));
    case 'F16':
      return widenFloat16(new Uint16Array(buffer, byteOffset, byteLength / 2));
  }
}

/** A tensor whose description was read, but not its elements. */
export interface StoredTensor {
  dtype: TensorDtype;
  shape: number[];
  /** Identifies the bytes of the tensor. Tied weights are two names with the same region. */
  region: string;
  load(): Promise<TensorData>;
}

/** A checkpoint of any format whose list of tensors was read and checked. */
export interface StoredCheckpoint {
  /** Name of the file, for messages. */
  name: string;
  tensors: Map<string, StoredTensor>;
  /** Entries that cannot be read, each with its error: an unsupported element type or not a tensor. */
  refused: Map<string, () => UnsupportedError>;
  /** Metadata of the file; empty for PyTorch files. */
  metadata: Record<string, string>;
  close(): Promise<void>;
}

/** @throws UnsupportedError of the first refused entry when no tensor is left */
export function refuseUnlessSome(tensors: StoredCheckpoint['tensors'], refused: StoredCheckpoint['refused']): void {
  const [first] = refused.values();
  if (first && tensors.size === 0) throw first();
}

/**
 * Reads all tensors, one after the other, and closes the checkpoint. Names with the same region share one array.
 *
 * @throws UnsupportedError when an entry cannot be read as a tensor
 */
export async function readAll(
  stored: StoredCheckpoint,
): Promise<{ tensors: Map<string, NamedTensor>; metadata: Record<string, string> }> {
  try {
    const [refused] = stored.refused.values();
    if (refused) throw refused();
    const tensors = new Map<string, NamedTensor>();
    const regions = new Map<string, TensorData>();
    for (const [name, { dtype, shape, region, load }] of stored.tensors) {
      const data = regions.get(region) ?? (await load());
      regions.set(region, data);
      tensors.set(name, { dtype, shape, data });
    }
    return { tensors, metadata: stored.metadata };
  } finally {
    await stored.close();
  }
}
