import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import { checkContent, checkRegular, fileError, HEAD_BYTES } from '@geneformer-ts/core/node';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const CHUNK = 1 << 20;

/**
 * Returns the first bytes of a file, from which its format is detected.
 *
 * @throws FileMissingError; FileAccessError if it is not a regular file; FormatError for a web page or a Git LFS pointer
 */
export async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  checkRegular(path);
  try {
    const file = await open(path, 'r');
    try {
      const buffer = new Uint8Array(Math.max(count, HEAD_BYTES));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      checkContent(path, buffer.subarray(0, Math.min(bytesRead, HEAD_BYTES)));
      return buffer.subarray(0, Math.min(bytesRead, count));
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/** Returns whether bytes begin with the signature of gzip. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Streams the bytes of a file in chunks and decompresses gzip. Gzip is detected from the first bytes, not from the name.
 *
 * @throws FileMissingError; FileAccessError; FormatError when the compressed data is damaged or incomplete
 */
export async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  const compressed = isGzip(await firstBytes(path, 2));
  const raw = createReadStream(path, { highWaterMark: CHUNK });
  // `pipeline` needs a callback; the loop below receives the same error from the last stream.
  const stream = compressed ? pipeline(raw, createGunzip({ chunkSize: CHUNK }), () => undefined) : raw;
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code?.startsWith('Z_')) {
      throw new FormatError(path, 'gzip data', (cause as Error).message, 'download or write the file again', { cause });
    }
    throw fileError(path, cause);
  }
}

/**
 * Reads a whole file, decompressed if it is gzip, for formats that cannot be read in pieces.
 *
 * @param max largest accepted size after decompression, in bytes
 * @param what name of the expected content, for the message
 * @param source replaces the bytes of the file, for example with decoded text
 * @throws UnsupportedError when there are more than `max` bytes; any error of `readBytes`
 */
export async function readWhole(
  path: string,
  max: number,
  what: string,
  source: AsyncIterable<Uint8Array> = readBytes(path),
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > max) throw new UnsupportedError(path, 'file', `${what} of more than ${max} bytes`, 'check the path');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
