import type { UnsupportedError } from '@geneformer-ts/core';
import { fileError } from '@geneformer-ts/core/node';
import { widenBfloat16, widenFloat16 } from '../base/half-precision.js';

/** Element types that can be read. The first three are read as Float32Array. */
export type TensorDtype = 'F32' | 'F16' | 'BF16' | 'I64' | 'I32';

/** Bytes per element in the file. */
export const BYTES: Record<TensorDtype, number> = { F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4 };

/** The elements of a tensor, in row-major order. */
export type TensorData = Float32Array | BigInt64Array | Int32Array;

/** A tensor in memory: `dtype` is the type in the file, `data` is widened. */
export interface NamedTensor {
  dtype: TensorDtype;
  shape: number[];
  data: TensorData;
}

export function isDtype(name: unknown): name is TensorDtype {
  return typeof name === 'string' && Object.hasOwn(BYTES, name);
}

/** Returns little-endian bytes as elements; `bytes` must begin at a multiple of eight in its buffer. */
export function decodeTensor(dtype: TensorDtype, bytes: Uint8Array): TensorData {
  const { buffer, byteOffset, byteLength } = bytes;
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

/** A tensor that is described but not yet read. */
export interface StoredTensor {
  dtype: TensorDtype;
  shape: number[];
  /** Identifies the bytes of the tensor: two tensors of one region are one tensor under two names (tied weights). */
  region: string;
  load(): Promise<TensorData>;
}

/** A checkpoint of any format whose directory has been read and checked. */
export interface StoredCheckpoint {
  tensors: Map<string, StoredTensor>;
  /** Entries that cannot be read as tensors (another element type, or not a tensor), each with its error. */
  refused: Map<string, () => UnsupportedError>;
  /** Text facts beside the tensors; PyTorch files have none. */
  metadata: Record<string, string>;
  close(): Promise<void>;
}

/** @throws UnsupportedError of the first refused entry, when there is nothing else */
export function refuseUnlessSome(tensors: StoredCheckpoint['tensors'], refused: StoredCheckpoint['refused']): void {
  const [first] = refused.values();
  if (first && tensors.size === 0) throw first();
}

/**
 * Reads every tensor, one after the other, and closes. Names that share a region share one array.
 * @throws UnsupportedError when an entry cannot be read as a tensor
 */
export async function readAll(
  path: string,
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
  } catch (cause) {
    throw fileError(path, cause);
  } finally {
    await stored.close();
  }
}
