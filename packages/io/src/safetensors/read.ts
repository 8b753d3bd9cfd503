import { readAll } from '../checkpoint/read-all.js';
import type { NamedTensor } from './dtypes.js';
import { openSafetensors } from './open.js';

/** A checkpoint: tensors by name, in the order of the file, and the text facts it carries. */
export interface Safetensors {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

/**
 * Reads a safetensors file. Half-precision tensors are widened to Float32Array; `dtype` tells what the file holds.
 * The header is checked in full before any tensor is read.
 *
 * @throws FileMissingError, FileAccessError, FormatError, UnsupportedError naming the tensor
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return readAll(path, await openSafetensors(path));
}
