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
