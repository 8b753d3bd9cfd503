import { fileError, readExactly } from '@geneformer-ts/core/node';
import { FormatError } from '@geneformer-ts/core';
import { open, type FileHandle } from 'node:fs/promises';
import { refuseUnlessSome, type StoredCheckpoint } from '../checkpoint/stored.js';
import { decodeTensor } from './dtypes.js';
import { MAX_HEADER_BYTES, parseHeader } from './header.js';

/** Bytes in front of the header: its length. */
const PREFIX = 8;

/**
 * Opens a safetensors file. The header is checked in full; tensors are read when asked for.
 * @throws FileMissingError, FileAccessError, FormatError, UnsupportedError naming the tensor
 */
export async function openSafetensors(path: string): Promise<StoredCheckpoint> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  try {
    const { size } = await file.stat();
    const headerBytes = await readHeaderLength(file, size, path);
    const text = Buffer.from(await readExactly(file, path, PREFIX, headerBytes)).toString('utf8');
    const start = PREFIX + headerBytes;
    const { entries, refused, metadata } = parseHeader(text, size - start, path);
    const tensors: StoredCheckpoint['tensors'] = new Map();
    for (const { name, dtype, shape, begin, end } of entries) {
      tensors.set(name, {
        dtype,
        shape,
        region: `${begin}-${end} ${dtype}`,
        load: async () => decodeTensor(dtype, await readExactly(file, path, start + begin, end - begin)),
      });
    }
    refuseUnlessSome(tensors, refused);
    return { tensors, refused, metadata, close: () => file.close() };
  } catch (cause) {
    await file.close();
    throw fileError(path, cause);
  }
}

async function readHeaderLength(file: FileHandle, size: number, path: string): Promise<number> {
  const remedy = 'is this a safetensors file, copied whole?';
  if (size < PREFIX) throw new FormatError(path, 'file', `is only ${size} bytes long`, remedy);
  const prefix = await readExactly(file, path, 0, PREFIX);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES) || length > BigInt(size - PREFIX)) {
    throw new FormatError(path, 'header', `claims ${length} bytes in a file of ${size}`, remedy);
  }
  return Number(length);
}
