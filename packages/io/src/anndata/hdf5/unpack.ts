import { inflateSync } from 'node:zlib';

const DEFLATE = 1;
const SHUFFLE = 2;
const LZF = 32000;

/** Whether all of these HDF5 filters, by their numbers, are undone by `unpack`. */
export function canUnpack(filters: readonly number[]): boolean {
  return filters.every((filter) => filter === DEFLATE || filter === SHUFFLE || filter === LZF);
}

/**
 * The `length` bytes of elements in a stored chunk.
 *
 * @param filters numbers of the filters in the order in which they were applied
 * @param skipped a bit for every filter that was not applied to this chunk, as when it would not have made it smaller
 * @throws Error (of zlib, or a RangeError) when the chunk does not hold that many
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
    // The exact size as the size of the output buffer: one allocation and no joining.
    if (filters[i] === DEFLATE) {
      bytes = inflateSync(bytes, { chunkSize: Math.max(64, length), maxOutputLength: length });
    } else {
      bytes = filters[i] === LZF ? unpackLzf(bytes, length) : unshuffle(bytes, elementBytes);
    }
  }
  if (bytes.length !== length) throw new RangeError(`a chunk of ${length} bytes holds ${bytes.length}`);
  return bytes;
}

/** Puts together elements whose first bytes were stored first, then their second bytes, and so on. */
function unshuffle(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  const count = Math.floor(bytes.length / elementBytes);
  for (let b = 0; b < elementBytes; b++) {
    const plane = b * count;
    for (let i = 0, at = b; i < count; i++, at += elementBytes) result[at] = bytes[plane + i]!;
  }
  return result;
}

/**
 * Unpacks LZF (liblzf by Marc Lehmann), the compression that h5py calls `lzf`, into exactly `length` bytes: runs of up to 32
 * bytes as they are, and repetitions of bytes that came at most 8,192 before.
 *
 * @throws RangeError when the data is damaged or holds another number of bytes
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
    // Byte by byte: a repetition may reach into what it writes.
    for (let i = 0; i < count; i++) out[to++] = out[from++]!;
  }
  if (to !== length) throw damaged(length);
  return out;
}

function damaged(length: number): RangeError {
  return new RangeError(`not LZF data of ${length} bytes`);
}
