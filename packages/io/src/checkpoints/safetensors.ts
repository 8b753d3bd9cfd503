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

/** Content of a safetensors file: tensors by name, in the order of the file, and the metadata of the header. */
export interface Safetensors {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

/**
 * Reads a safetensors file. Half-precision tensors are converted to Float32Array; `dtype` is the type in the file. The
 * header is checked completely before any tensor is read.
 *
 * @throws FileMissingError; FileAccessError; FormatError or UnsupportedError naming the tensor
 * @example
 * const { tensors } = await readSafetensors('model.safetensors');
 * tensors.get('classifier.bias'); // { dtype: 'F32', shape: [ 2 ], data: Float32Array(2) […] }
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return readAll(path, await openSafetensors(path));
}

/** Bytes before the header, which hold its length. */
const PREFIX = 8;

/**
 * Opens a safetensors file. The header is checked completely; tensors are read on request.
 *
 * @throws FileMissingError; FileAccessError; FormatError or UnsupportedError naming the tensor
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
  const remedy = 'check that this is a complete safetensors file';
  if (size < PREFIX) throw new FormatError(path, 'file', `is only ${size} bytes long`, remedy);
  const prefix = await readExactly(file, path, 0, PREFIX);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES) || length > BigInt(size - PREFIX)) {
    throw new FormatError(path, 'header', `claims ${length} bytes in a file of ${size}`, remedy);
  }
  return Number(length);
}

/** The header is padded with spaces, so that tensors begin at a multiple of this number of bytes. */
const ALIGNMENT = 8;

/**
 * Writes a safetensors file atomically. Float32Array becomes F32, BigInt64Array I64, Int32Array I32. The same tensors give
 * the same bytes, in the order of the reference implementation: wider types first, then by name.
 *
 * @throws ArgumentError when a shape does not match its data; FileAccessError
 * @example
 * await writeSafetensors('bias.safetensors', new Map([['bias', { shape: [2], data: Float32Array.of(0, 1) }]]));
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
  const sortedMetadata = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (sortedMetadata.length) header.push(['__metadata__', Object.fromEntries(sortedMetadata)]);
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
  // `Object.fromEntries` keeps a tensor named `__proto__`, which an assignment would lose.
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
