import { registry } from 'zarrita';
import { decoderOf } from '#zarr-decoders';
import { decompress, gunzip } from '../../base/gzip.js';
import { crc32c } from './crc32c.js';
import type { DecoderName } from './decoders/node.js';

type CodecEntry = Awaited<ReturnType<NonNullable<ReturnType<typeof registry.get>>>>;
type Codec = ReturnType<CodecEntry['fromConfig']>;
type ChunkMetadata = Parameters<CodecEntry['fromConfig']>[1];

/** Prefix of the codecs that this package registers, so that other users of zarrita keep the built-in ones. */
const PREFIX = 'geneformer-ts.';
/** Codecs of zarrita whose output cannot be larger than their input, apart from a constant factor. */
const UNCHANGED = ['bytes', 'transpose', 'shuffle', 'delta', 'fixedscaleoffset', 'bitround'];
/** Largest chunk of texts. */
const MAX_TEXT_BYTES = 2 ** 29;
const BYTES: Record<string, number> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/**
 * Returns the name of a codec for zarrita; undefined for an unknown codec.
 *
 * The decompressors of this package's names check the size of the result before they allocate it, because a chunk of a few
 * bytes can state any size.
 */
export function checkedCodec(id: string): string | undefined {
  if (registered.has(id)) return `${PREFIX}${id}`;
  if (!UNCHANGED.includes(id)) return undefined;
  return registry.has(id) ? id : registry.has(`numcodecs.${id}`) ? `numcodecs.${id}` : undefined;
}

/** Largest size of a chunk after decompression, with a margin for checksums and for data that do not compress. */
function limitOf({ dataType, shape }: ChunkMetadata): number {
  const [, kind, chars] = /^v2:([US])(\d+)$/.exec(dataType) ?? [];
  const bytes = kind === undefined ? BYTES[dataType] : Number(chars) * (kind === 'U' ? 4 : 1);
  if (bytes === undefined) return MAX_TEXT_BYTES;
  return Math.ceil(1.01 * shape.reduce((product, size) => product * size, bytes)) + 1024;
}

function checkSize(size: number, limit: number): void {
  if (size > limit) throw new Error(`decompresses to ${size} bytes, but a chunk has at most ${limit}`);
}

/** Returns a decompressor that first checks the size that the bytes state. */
function bounded(id: DecoderName, sizeOf: (bytes: Uint8Array) => number): () => Promise<CodecEntry> {
  return async () => {
    const decode = await decoderOf(id);
    return {
      fromConfig(_, meta) {
        const limit = limitOf(meta);
        return bytesToBytes(async (bytes) => {
          checkSize(sizeOf(bytes), limit);
          return decode(bytes);
        });
      },
    };
  };
}

function bytesToBytes(decode: (bytes: Uint8Array) => Promise<Uint8Array>, more: Partial<Codec> = {}): Codec {
  const encode = (): never => {
    throw new Error('zarr stores are written without zarrita');
  };
  return { kind: 'bytes_to_bytes', encode, decode, ...more };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Header: version, version of the compressor, flags, type size; then sizes of the data, of a block and of all bytes. */
function bloscSize(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  if (view.getUint32(12, true) !== bytes.length) throw new Error('has another size than its header states');
  return view.getUint32(4, true);
}

/** Adds up the sizes of all blocks of all frames (RFC 8878), each of which has at most 128 KB. */
function zstdSize(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let total = 0;
  for (let at = 0; at < bytes.length;) {
    const magic = view.getUint32(at, true);
    if (magic >>> 4 === 0x184d2a5) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== 0xfd2fb528) throw new Error('is not a zstd frame');
    const flags = bytes[at + 4];
    const isSingle = (flags & 0x20) !== 0;
    const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6];
    const sizeAt = at + 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][flags & 3];
    const stated =
      sizeBytes === 8
        ? Number(view.getBigUint64(sizeAt, true))
        : sizeBytes === 4
          ? view.getUint32(sizeAt, true)
          : sizeBytes === 2
            ? view.getUint16(sizeAt, true) + 256
            : sizeBytes === 1
              ? bytes[sizeAt]
              : 0;
    at = sizeAt + sizeBytes;
    let blocks = 0;
    for (let last = false; !last;) {
      const header = view.getUint8(at) | (view.getUint16(at + 1, true) << 8);
      const size = header >> 3;
      last = (header & 1) !== 0;
      // A block of type 1 is one byte, repeated; others have `size` bytes in the file.
      at += 3 + (((header >> 1) & 3) === 1 ? 1 : size);
      blocks++;
    }
    if ((flags & 4) !== 0) at += 4;
    total += sizeBytes > 0 ? stated : blocks << 17;
  }
  return total;
}

async function collect(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    checkSize(size, limit);
    parts.push(chunk);
  }
  const result = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function inflate(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  // In browsers a Blob does not take bytes of shared memory, which a copy is not.
  return decompress(new Blob([new Uint8Array(bytes)]).stream(), 'deflate');
}

/** Decodes texts: their number, and the length and the UTF-8 bytes of each. */
function decodeTexts(bytes: Uint8Array, shape: number[]): { data: string[]; shape: number[]; stride: number[] } {
  const view = viewOf(bytes);
  const count = view.getUint32(0, true);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (count !== expected) throw new Error(`has ${count} texts, not ${expected}`);
  const decoder = new TextDecoder();
  const data: string[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(at, true);
    at += 4;
    if (at + length > bytes.length) throw new Error(`ends inside text ${i}`);
    data.push(decoder.decode(bytes.subarray(at, at + length)));
    at += length;
  }
  const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  return { data, shape, stride };
}

const registered = new Map<string, () => Promise<CodecEntry>>([
  ['blosc', bounded('blosc', bloscSize)],
  ['lz4', bounded('lz4', (bytes) => viewOf(bytes).getUint32(0, true))],
  ['zstd', bounded('zstd', zstdSize)],
  [
    'gzip',
    async () => ({ fromConfig: (_, meta) => bytesToBytes((bytes) => collect(gunzip(one(bytes)), limitOf(meta))) }),
  ],
  ['zlib', async () => ({ fromConfig: (_, meta) => bytesToBytes((bytes) => collect(inflate(bytes), limitOf(meta))) })],
  [
    'crc32c',
    async () => ({
      fromConfig: () =>
        bytesToBytes(async (bytes) => verified(bytes), { computeEncodedSize: (size: number) => size + 4 }),
    }),
  ],
  [
    'vlen-utf8',
    async () => ({
      fromConfig: (_, { shape }) => ({
        kind: 'array_to_bytes',
        encode: undefined,
        decode: (bytes: Uint8Array) => decodeTexts(bytes, shape),
      }),
    }),
  ],
]);
for (const [id, entry] of registered) registry.set(`${PREFIX}${id}`, entry);

/** Removes a checksum after comparing it. */
function verified(bytes: Uint8Array): Uint8Array {
  const content = bytes.subarray(0, bytes.length - 4);
  if (viewOf(bytes).getUint32(content.length, true) !== crc32c(content)) throw new Error('has another checksum');
  return content;
}
