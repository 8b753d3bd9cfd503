/** Largest block of a zstd frame. */
const BLOCK = 1 << 17;

/** Returns a zstd frame (RFC 8878) of a few bytes that decompresses to many zeros: blocks of one repeated byte. */
export function zstdCompressedZeros(size: number): Uint8Array {
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
  const blocks = Array.from({ length: size / BLOCK }, (_, i) => {
    const header = (BLOCK << 3) | (1 << 1) | (i === size / BLOCK - 1 ? 1 : 0);
    return [header & 255, (header >> 8) & 255, header >> 16, 0];
  });
  return Uint8Array.from([...head, ...blocks.flat()]);
}
