/** Largest distance of a repetition that two bytes tell; three tell how much larger it is. */
const NEAR = 8191;

/**
 * Decompresses BloscLZ, the own format of Blosc, to at most `out.length` bytes: literals, and repetitions of earlier bytes.
 *
 * @returns number of bytes
 * @throws RangeError for damaged data
 */
export function unpackBloscLz(packed: Uint8Array, out: Uint8Array): number {
  let at = 0;
  let to = 0;
  const next = (): number => {
    if (at >= packed.length) throw damaged();
    return packed[at++];
  };
  while (at < packed.length) {
    // The first control byte tells the version of the format in its upper bits, and is a literal.
    const control = at === 0 ? packed[at++] & 31 : packed[at++];
    if (control < 32) {
      const count = control + 1;
      if (at + count > packed.length || to + count > out.length) throw damaged();
      out.set(packed.subarray(at, at + count), to);
      at += count;
      to += count;
      continue;
    }
    let length = (control >> 5) + 2;
    for (let more = length === 9 ? 255 : 0; more === 255;) {
      more = next();
      length += more;
    }
    let distance = ((control & 31) << 8) + next();
    if (distance === NEAR) distance += (next() << 8) + next();
    distance++;
    if (distance > to || to + length > out.length) throw damaged();
    // Byte by byte, because a repetition may overlap its own output.
    for (const end = to + length; to < end; to++) out[to] = out[to - distance];
  }
  return to;
}

function damaged(): RangeError {
  return new RangeError('not BloscLZ data of the stated size');
}
