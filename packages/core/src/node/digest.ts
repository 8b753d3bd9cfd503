import { fileError } from './file-error.js';
import { createHash, createReadStream } from '#system';
import { checkRegular } from './inspect.js';

/** Returns the SHA-256 of text (as UTF-8) or bytes, in hexadecimal. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * Returns the SHA-256 of a file, in hexadecimal. Reads it as a stream.
 * @throws FileMissingError, FileAccessError
 */
export async function sha256File(path: string): Promise<string> {
  checkRegular(path);
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } catch (cause) {
    throw fileError(path, cause);
  }
  return hash.digest('hex');
}
