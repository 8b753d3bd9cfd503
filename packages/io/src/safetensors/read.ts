import { open, type FileHandle } from 'node:fs/promises';
import { FormatError, fileError } from '../errors.js';
import { decodeTensor, type NamedTensor } from './dtypes.js';
import { MAX_HEADER_BYTES, parseHeader } from './header.js';

/** Bytes in front of the header: its length. */
const PREFIX = 8;
/** One read call moves at most this much; the system's limit is 2 GiB. */
const MOST = 1 << 30;

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
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  try {
    const { size } = await file.stat();
    const headerBytes = await readHeaderLength(file, size, path);
    const text = Buffer.from(await readExactly(file, PREFIX, headerBytes)).toString('utf8');
    const start = PREFIX + headerBytes;
    const { entries, metadata } = parseHeader(text, size - start, path);
    const tensors = new Map<string, NamedTensor>();
    for (const { name, dtype, shape, begin, end } of entries) {
      const bytes = await readExactly(file, start + begin, end - begin);
      tensors.set(name, { dtype, shape, data: decodeTensor(dtype, bytes) });
    }
    return { tensors, metadata };
  } catch (cause) {
    throw fileError(path, cause);
  } finally {
    await file.close();
  }
}

async function readHeaderLength(file: FileHandle, size: number, path: string): Promise<number> {
  const remedy = 'is this a safetensors file, copied whole?';
  if (size < PREFIX) throw new FormatError(path, 'file', `is only ${size} bytes long`, remedy);
  const prefix = await readExactly(file, 0, PREFIX);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES) || length > BigInt(size - PREFIX)) {
    throw new FormatError(path, 'header', `claims ${length} bytes in a file of ${size}`, remedy);
  }
  return Number(length);
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, Math.min(MOST, length - done), position + done);
    if (bytesRead === 0) throw new Error('file became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}
