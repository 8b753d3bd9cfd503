import type { UnsupportedError } from '@geneformer-ts/core';
import type { TensorData, TensorDtype } from '../safetensors/dtypes.js';

/** A tensor that is described but not yet read. */
export interface StoredTensor {
  dtype: TensorDtype;
  shape: number[];
  /** Names the bytes it is made of: two tensors of one region are one tensor under two names (tied weights). */
  region: string;
  load(): Promise<TensorData>;
}

/** What every checkpoint format gives once its directory has been read and checked. */
export interface StoredCheckpoint {
  tensors: Map<string, StoredTensor>;
  /** Entries that cannot be read as tensors (an unread type, no tensor at all), with the error that says why. */
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
