import { UnsupportedError } from '@geneformer-ts/core';
import { readBytes } from './bytes.js';

/**
 * A file read whole, unpacked when it is gzip, for formats that cannot be read in pieces.
 * @param what the file should be, for the message
 * @param source its bytes, where they are not to be taken as they are
 * @throws UnsupportedError when it holds more than `most` bytes, unpacked; what `readBytes` throws
 */
export async function readWhole(
  path: string,
  most: number,
  what: string,
  source: AsyncIterable<Uint8Array> = readBytes(path),
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > most) throw new UnsupportedError(path, 'file', `${what} of more than ${most} bytes`, 'is it one?');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
