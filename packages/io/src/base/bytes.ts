import {
  type ByteSource,
  checkContent,
  FormatError,
  HEAD_BYTES,
  isGeneformerError,
  messageOf,
  UnsupportedError,
} from '@geneformer-ts/core';
import { CHUNK_BYTES, gunzip } from './gzip.js';

/**
 * Returns the first bytes of a file, from which its format is detected.
 *
 * @throws FormatError for a web page or a Git LFS pointer
 */
export async function firstBytes(source: ByteSource, count: number): Promise<Uint8Array> {
  const head = await source.read(0, Math.min(source.byteLength, Math.max(count, HEAD_BYTES)));
  checkContent(source.name, head.subarray(0, HEAD_BYTES));
  return head.subarray(0, count);
}

/** Returns whether bytes begin with the signature of gzip. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Streams the bytes of a file in chunks and decompresses gzip. Gzip is detected from the first bytes, not from the name.
 *
 * @throws FileAccessError; FormatError when the compressed data is damaged or incomplete
 */
export async function* readBytes(source: ByteSource): AsyncGenerator<Uint8Array> {
  const compressed = isGzip(await firstBytes(source, 2));
  const chunks = readChunks(source);
  if (!compressed) {
    yield* chunks;
    return;
  }
  try {
    yield* gunzip(chunks);
  } catch (cause) {
    if (isGeneformerError(cause)) throw cause;
    throw new FormatError(source.name, 'gzip data', messageOf(cause), 'download or write the file again', { cause });
  }
}

/**
 * Streams the bytes of a file as stored. Reads one chunk ahead while the caller processes the last one, except after the
 * first chunk, which is all that a detection of the format needs.
 */
export async function* readChunks(source: ByteSource): AsyncGenerator<Uint8Array> {
  const read = (at: number): Promise<Uint8Array> | undefined => {
    if (at >= source.byteLength) return undefined;
    const chunk = source.read(at, Math.min(CHUNK_BYTES, source.byteLength - at));
    // A failure is thrown where the chunk is awaited, which may be later or, after an early return, never.
    chunk.catch(() => undefined);
    return chunk;
  };
  let next = read(0);
  try {
    for (let at = CHUNK_BYTES; next; at += CHUNK_BYTES) {
      const chunk = await next;
      const isFirst = at === CHUNK_BYTES;
      next = isFirst ? undefined : read(at);
      yield chunk;
      if (isFirst) next = read(at);
    }
  } finally {
    // The source may be closed now, and must not be read meanwhile.
    await next?.catch(() => undefined);
  }
}

/**
 * Reads a whole file, decompressed if it is gzip, for formats that cannot be read in pieces.
 *
 * @param max largest accepted size after decompression, in bytes
 * @param what name of the expected content, for the message
 * @param chunks replaces the bytes of the file, for example with decoded text
 * @throws UnsupportedError when there are more than `max` bytes; any error of `readBytes`
 */
export async function readWhole(
  source: ByteSource,
  max: number,
  what: string,
  chunks: AsyncIterable<Uint8Array> = readBytes(source),
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > max) {
      throw new UnsupportedError(source.name, 'file', `${what} of more than ${max} bytes`, 'check the path');
    }
    parts.push(chunk);
  }
  return concatBytes(parts);
}

/** Joins arrays of bytes. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
