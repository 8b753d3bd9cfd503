import { type ByteSource, FormatError } from '@geneformer-ts/core';
import { type FileInput, openInput } from '../base/input.js';
import { MAX_HEADER_BYTES, parseHeader } from './safetensors-header.js';
import { decodeTensor, type NamedTensor, readAll, refuseUnlessSome, type StoredCheckpoint } from './tensors.js';

/** Content of a safetensors file: tensors by name, in the order of the file, and the metadata of the header. */
export interface Safetensors {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

/**
 * Reads a safetensors file. Half-precision tensors are converted to Float32Array; `dtype` is the type in the file. The
 * header is checked completely before any tensor is read.
 *
 * @param file path, or source of the bytes
 * @throws FileMissingError; FileAccessError; FormatError or UnsupportedError naming the tensor
 * @example
 * const { tensors } = await readSafetensors('model.safetensors');
 * tensors.get('classifier.bias'); // { dtype: 'F32', shape: [ 2 ], data: Float32Array(2) […] }
 */
export async function readSafetensors(file: FileInput): Promise<Safetensors> {
  return readAll(await openSafetensors(await openInput(file)));
}

/** Bytes before the header, which hold its length. */
const PREFIX = 8;

/**
 * Opens a safetensors file. The header is checked completely; tensors are read on request. Closes the source on failure, and
 * when the checkpoint is closed.
 *
 * @throws FileAccessError; FormatError or UnsupportedError naming the tensor
 */
export async function openSafetensors(source: ByteSource): Promise<StoredCheckpoint> {
  try {
    const { name: path, byteLength } = source;
    const headerBytes = await readHeaderLength(source);
    const text = new TextDecoder().decode(await source.read(PREFIX, headerBytes));
    const start = PREFIX + headerBytes;
    const { entries, refused, metadata } = parseHeader(text, byteLength - start, path);
    const tensors: StoredCheckpoint['tensors'] = new Map();
    for (const { name, dtype, shape, begin, end } of entries) {
      tensors.set(name, {
        dtype,
        shape,
        region: `${begin}-${end} ${dtype}`,
        load: async () => decodeTensor(dtype, await source.read(start + begin, end - begin)),
      });
    }
    refuseUnlessSome(tensors, refused);
    return { name: path, tensors, refused, metadata, close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readHeaderLength(source: ByteSource): Promise<number> {
  const { name: path, byteLength } = source;
  const remedy = 'check that this is a complete safetensors file';
  if (byteLength < PREFIX) throw new FormatError(path, 'file', `is only ${byteLength} bytes long`, remedy);
  const prefix = await source.read(0, PREFIX);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES) || length > BigInt(byteLength - PREFIX)) {
    throw new FormatError(path, 'header', `claims ${length} bytes in a file of ${byteLength}`, remedy);
  }
  return Number(length);
}
