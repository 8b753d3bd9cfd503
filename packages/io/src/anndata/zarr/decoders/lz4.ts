/**
 * Decompresses a block of LZ4 to at most `out.length` bytes. A block is a sequence of literals and of repetitions of bytes at most
 * 65,535 before (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md).
 *
 * @returns number of bytes
 * @throws RangeError for damaged data
 */
export function unpackLz4(packed: Uint8Array, out: Uint8Array): number {
  let at = 0;
  let to = 0;
  /** Adds the bytes that continue a length of 15. */
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    for (let more = nibble === 15 ? 255 : 0; more === 255;) {
      if (at >= packed.length) throw damaged();
      more = packed[at++];
      length += more;
    }
    return length;
  };
  while (at < packed.length) {
    const token = packed[at++];
    const literals = lengthOf(token >> 4);
    if (at + literals > packed.length || to + literals > out.length) throw damaged();
    out.set(packed.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    // The last sequence has literals only.
    if (at === packed.length) break;
    const distance = packed[at] | ((packed[at + 1] ?? 0) << 8);
    at += 2;
    const length = lengthOf(token & 15) + 4;
    if (distance === 0 || distance > to || at > packed.length || to + length > out.length) throw damaged();
    // Byte by byte, because a repetition may overlap its own output.
    for (const end = to + length; to < end; to++) out[to] = out[to - distance];
  }
  return to;
}

function damaged(): RangeError {
  return new RangeError('not LZ4 data of the stated size');
}
