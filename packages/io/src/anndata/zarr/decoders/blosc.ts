import { inflateSync } from '@geneformer-ts/core/system';
import { unshuffle, unshuffleBits } from '../../../base/shuffle.js';
import { unpackBloscLz } from './blosclz.js';
import { unpackLz4 } from './lz4.js';

/** Decompresses into `out` and returns the number of bytes. */
type Unpack = (packed: Uint8Array, out: Uint8Array) => number;

const HEADER = 16;
const SHUFFLED = 1;
const COPIED = 2;
const BIT_SHUFFLED = 4;
const WHOLE = 16;
/** Blocks are split into one stream per byte of an element, unless the elements are wider or the streams shorter than this. */
const MOST_STREAMS = 16;
const SHORTEST_STREAM = 128;

/**
 * Decompresses a buffer of Blosc 1: a header, the positions of blocks, and per block one or several compressed streams
 * (https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst).
 *
 * @param unpackZstd decompresses zstd
 * @throws RangeError for damaged data; Error for a compressor that is not supported
 */
export function unpackBlosc(bytes: Uint8Array, unpackZstd: Unpack): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [flags, width] = [view.getUint8(2), view.getUint8(3)];
  const [size, blockSize] = [view.getUint32(4, true), view.getUint32(8, true)];
  const out = new Uint8Array(size);
  if ((flags & COPIED) !== 0) {
    if (bytes.length < HEADER + size) throw damaged(size);
    out.set(bytes.subarray(HEADER, HEADER + size));
    return out;
  }
  if (size > 0 && (blockSize === 0 || width === 0)) throw damaged(size);
  const unpack = unpackOf(flags >> 5, unpackZstd);
  for (let block = 0, from = 0; from < size; block++, from += blockSize) {
    const content = out.subarray(from, from + blockSize);
    const isRest = content.length < blockSize;
    const isSplit =
      (flags & WHOLE) === 0 && width <= MOST_STREAMS && content.length / width >= SHORTEST_STREAM && !isRest;
    const streams = isSplit ? width : 1;
    const length = Math.floor(content.length / streams);
    let at = view.getUint32(HEADER + 4 * block, true);
    for (let stream = 0; stream < streams; stream++) {
      const stored = view.getInt32(at, true);
      at += 4;
      const packed = bytes.subarray(at, at + stored);
      if (stored < 0 || packed.length !== stored) throw damaged(size);
      const part = content.subarray(stream * length, (stream + 1) * length);
      // A stream that would not shrink is stored as it is.
      if (stored === length) part.set(packed);
      else if (unpack(packed, part) !== length) throw damaged(size);
      at += stored;
    }
    if ((flags & SHUFFLED) !== 0 && width > 1) content.set(unshuffle(content, width));
    else if ((flags & BIT_SHUFFLED) !== 0) content.set(unshuffleBits(content, width));
  }
  return out;
}

function unpackOf(compressor: number, unpackZstd: Unpack): Unpack {
  const known: Record<number, Unpack> = { 0: unpackBloscLz, 1: unpackLz4, 3: unpackZlib, 4: unpackZstd };
  const unpack = known[compressor];
  if (!unpack) throw new Error(`is compressed with number ${compressor} of Blosc, which is not supported in a browser`);
  return unpack;
}

function unpackZlib(packed: Uint8Array, out: Uint8Array): number {
  const bytes = inflateSync(packed, { maxOutputLength: out.length });
  out.set(bytes);
  return bytes.length;
}

function damaged(size: number): RangeError {
  return new RangeError(`not Blosc data of ${size} bytes`);
}
