import { inflateSync } from '@geneformer-ts/core/system';
import { unshuffle } from '../../base/shuffle.js';

const DEFLATE = 1;
const SHUFFLE = 2;
const LZF = 32000;

/** Returns whether `unpack` supports all of these HDF5 filters, given by number. */
export function canUnpack(filters: readonly number[]): boolean {
  return filters.every((filter) => filter === DEFLATE || filter === SHUFFLE || filter === LZF);
}

/**
 * Decompresses a stored chunk to `length` bytes of elements.
 *
 * @param filters numbers of the filters in the order in which they were applied
 * @param skipped bit mask of the filters that were not applied to this chunk, for example because they would not shrink it
 * @throws Error of zlib, or RangeError, when the chunk does not contain `length` bytes
 */
export function unpack(
  stored: Uint8Array,
  filters: readonly number[],
  skipped: number,
  length: number,
  elementBytes: number,
): Uint8Array {
  let bytes = stored;
  for (let i = filters.length - 1; i >= 0; i--) {
    if ((skipped >> i) & 1) continue;
    // An output buffer of the exact size needs one allocation and no concatenation.
    if (filters[i] === DEFLATE) {
      bytes = inflateSync(bytes, { chunkSize: Math.max(64, length), maxOutputLength: length });
    } else {
      bytes = filters[i] === LZF ? unpackLzf(bytes, length) : unshuffle(bytes, elementBytes);
    }
  }
  if (bytes.length !== length) throw new RangeError(`a chunk of ${length} bytes contains ${bytes.length}`);
  return bytes;
}

/**
 * Decompresses LZF (by Marc Lehmann), which h5py calls `lzf`, to exactly `length` bytes. The format consists of literal runs
 * of up to 32 bytes and of repetitions of bytes at most 8,192 before.
 *
 * @throws RangeError when the data are damaged or have another length
 */
export function unpackLzf(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  let to = 0;
  while (at < packed.length) {
    const control = packed[at++];
    if (control < 32) {
      const run = control + 1;
      if (at + run > packed.length || to + run > length) throw damaged(length);
      for (let i = 0; i < run; i++) out[to++] = packed[at++]!;
      continue;
    }
    let count = (control >> 5) + 2;
    if (count === 9) count += packed[at++] ?? 0;
    let from = to - ((control & 31) << 8) - (packed[at++] ?? 0) - 1;
    if (at > packed.length || from < 0 || to + count > length) throw damaged(length);
    // Byte by byte, because a repetition may overlap its own output.
    for (let i = 0; i < count; i++) out[to++] = out[from++]!;
  }
  if (to !== length) throw damaged(length);
  return out;
}

function damaged(length: number): RangeError {
  return new RangeError(`not LZF data of ${length} bytes`);
}
