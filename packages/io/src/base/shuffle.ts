/**
 * Undoes the shuffle filter, which stores the first bytes of all elements, then their second bytes, and so on. Bytes after the last whole
 * element stay in place.
 */
export function unshuffle(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const result = new Uint8Array(bytes);
  const count = Math.floor(bytes.length / elementBytes);
  for (let b = 0; b < elementBytes; b++) {
    const plane = b * count;
    for (let i = 0, at = b; i < count; i++, at += elementBytes) result[at] = bytes[plane + i]!;
  }
  return result;
}

/**
 * Undoes the bit shuffle of Blosc 1, which stores the lowest bits of all elements, then their second bits, and so on. Bytes whose number of
 * elements is not a multiple of 8 are not shuffled.
 */
export function unshuffleBits(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const count = Math.floor(bytes.length / elementBytes);
  const result = new Uint8Array(bytes);
  if (count % 8 !== 0) return result;
  result.fill(0, 0, count * elementBytes);
  const row = count / 8;
  for (let bit = 0; bit < 8 * elementBytes; bit++) {
    const place = bit >> 3;
    const value = 1 << (bit & 7);
    for (let k = 0; k < row; k++) {
      const packed = bytes[bit * row + k];
      for (let i = 0; i < 8; i++) if ((packed >> i) & 1) result[(8 * k + i) * elementBytes + place] |= value;
    }
  }
  return result;
}
