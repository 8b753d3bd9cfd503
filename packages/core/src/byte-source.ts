import { FileAccessError, FileMissingError } from './file-errors.js';

/**
 * Bytes that can be read in pieces, wherever they are: on disk, in a browser's `File`, behind a URL or in memory.
 * Readers of file formats take a `ByteSource`, so that they run in Node and in a browser.
 */
export interface ByteSource {
  /** Path, file name or URL, for messages. */
  readonly name: string;
  readonly byteLength: number;
  /**
   * Returns the bytes from `offset` to `offset + length`.
   *
   * @throws FileAccessError when the range reaches past the end, or the bytes cannot be read
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Releases the file handle, if there is one. */
  close(): Promise<void>;
}

/**
 * Returns a source of bytes in memory. Reads are views, not copies.
 *
 * @example
 * const source = bytesSource(new TextEncoder().encode('cells'), 'note.txt');
 * await source.read(0, 4); // the bytes of 'cell'
 */
export function bytesSource(bytes: Uint8Array, name = 'bytes'): ByteSource {
  return sourceOf(name, bytes.byteLength, (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)));
}

/** Returns a source of a browser's `File` or `Blob`. Only the pieces that are read are loaded into memory. */
export function blobSource(blob: Blob, name = (blob as { name?: string }).name ?? 'blob'): ByteSource {
  return sourceOf(name, blob.size, async (offset, length) => {
    try {
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    } catch (cause) {
      throw new FileAccessError(name, 'cannot be read; it was moved or changed, choose it again', { cause });
    }
  });
}

/**
 * Opens a source behind a URL, read by HTTP range requests.
 *
 * @param fetcher the `fetch` to use
 * @throws FileMissingError for status 404; FileAccessError when the server does not answer with ranges of a known size
 */
export async function openUrl(url: string, fetcher: typeof fetch = fetch): Promise<ByteSource> {
  const ask = async (range: string, signal?: AbortSignal): Promise<Response> => {
    const response = await fetcher(url, { headers: { range }, ...(signal && { signal }) }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new FileAccessError(url, 'the server cannot be reached; check the address and the network', { cause });
    });
    if (response.status === 404) throw new FileMissingError(url, 'check the address');
    if (response.status === 206) return response;
    await response.body?.cancel();
    const problem =
      response.status === 200 ? 'the server ignores range requests' : `the server answered ${response.status}`;
    throw new FileAccessError(url, `${problem}; download the file and open it from disk`);
  };
  const first = await ask('bytes=0-0');
  await first.body?.cancel();
  const [, size] = /^bytes \d+-\d+\/(\d+)$/.exec(first.headers.get('content-range') ?? '') ?? [];
  if (size === undefined) {
    throw new FileAccessError(url, 'the server does not state the size; download the file and open it from disk');
  }
  return sourceOf(url, Number(size), async (offset, length, signal) => {
    const response = await ask(`bytes=${offset}-${offset + length - 1}`, signal);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.byteLength === length) return bytes;
    throw new FileAccessError(url, `the server sent ${bytes.byteLength} bytes of ${length}; try again`);
  });
}

/** Adds the checks that every source has in common to the function that reads. */
export function sourceOf(
  name: string,
  byteLength: number,
  read: (offset: number, length: number, signal?: AbortSignal) => Promise<Uint8Array>,
  close: () => Promise<void> = () => Promise.resolve(),
): ByteSource {
  return {
    name,
    byteLength,
    close,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      if (!(offset >= 0 && length >= 0 && offset + length <= byteLength)) {
        const range = `bytes ${offset} to ${offset + length} of ${byteLength}`;
        throw new FileAccessError(name, `${range} do not exist; the file is damaged or was cut short`);
      }
      return length === 0 ? new Uint8Array(0) : read(offset, length, signal);
    },
  };
}
