import { ArgumentError, FormatError } from '@geneformer-ts/core';
import { fileError, readExactly, replaceFile } from '@geneformer-ts/core/node';
import { type FileHandle, open } from 'node:fs/promises';
import { MAX_HEADER_BYTES, parseHeader } from './safetensors-header.js';
import {
  decodeTensor,
  type NamedTensor,
  readAll,
  refuseUnlessSome,
  type StoredCheckpoint,
  type TensorData,
  type TensorDtype,
} from './tensors.js';

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

/** The header is padded with spaces so that tensors begin at a multiple of this. */
const ALIGNMENT = 8;

/**
 * Writes a safetensors file, whole or not at all. Float32Array becomes F32, BigInt64Array I64, Int32Array I32. The same tensors
 * give the same bytes: wider types first, then by name, as the reference implementation orders them.
 *
 * @throws ArgumentError when a shape does not fit its data; FileAccessError
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, { shape: readonly number[]; data: TensorData }>,
  metadata: Record<string, string> = {},
): Promise<void> {
  const ordered = [...tensors].sort(
    ([a, x], [b, y]) => y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
  const header: [name: string, entry: unknown][] = [];
  const facts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (facts.length) header.push(['__metadata__', Object.fromEntries(facts)]);
  let end = 0;
  for (const [name, { shape, data }] of ordered) {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (name === '__metadata__' || elements !== data.length) {
      throw new ArgumentError(
        `tensor '${name}'`,
        name === '__metadata__' ? 'has a reserved name' : `has ${data.length} elements for shape [${shape.join(', ')}]`,
        'rename it or correct its shape',
      );
    }
    header.push([name, { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  // From entries, because assigning a tensor called `__proto__` would lose it.
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Buffer.alloc(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT, ' ');
  text.copy(padded);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(padded.length));

  await replaceFile(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(Buffer.concat([prefix, padded]));
      for (const [, { data }] of ordered) {
        if (data.byteLength) await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

function dtypeOf(data: TensorData): TensorDtype {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof BigInt64Array ? 'I64' : 'I32';
}
