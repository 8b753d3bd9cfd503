import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Decompresses gzip of one or several members with zlib. A browser has no such function. */
export const gunzipChunks:
  ((chunks: AsyncIterable<Uint8Array>, chunkBytes: number) => AsyncIterable<Uint8Array>) | undefined = (
  chunks,
  chunkBytes,
) =>
  // `pipeline` needs a callback; the reader receives the same error from the last stream.
  pipeline(Readable.from(chunks), createGunzip({ chunkSize: chunkBytes }), () => undefined);
