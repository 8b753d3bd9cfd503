import { ArgumentError } from './errors.js';
import { FileAccessError } from './file-errors.js';

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
  // Views of wider values count their length in values, and a Buffer is a Uint8Array too.
  if ((bytes as Partial<Uint8Array> | undefined)?.[Symbol.toStringTag] !== 'Uint8Array') {
    throw new ArgumentError('bytes', 'is not a Uint8Array', 'give one: new Uint8Array(buffer), or text by TextEncoder');
  }
  return sourceOf(name, bytes.byteLength, (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)));
}

/** Returns a source of a browser's `File` or `Blob`. Only the pieces that are read are loaded into memory. */
export function blobSource(blob: Blob, name = (blob as { name?: string } | undefined)?.name ?? 'blob'): ByteSource {
  if (typeof (blob as Partial<Blob> | undefined)?.slice !== 'function' || typeof blob.size !== 'number') {
    throw new ArgumentError('blob', 'is not a Blob or File', 'give one, or use bytesSource for bytes');
  }
  const source = sourceOf(name, blob.size, async (offset, length) => {
    try {
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    } catch (cause) {
      throw new FileAccessError(name, 'cannot be read; it was moved or changed, choose it again', { cause });
    }
  });
  blobs.set(source, blob);
  return source;
}

/** The Blob of each source that `blobSource` made. */
const blobs = new WeakMap<ByteSource, Blob>();

/** Returns the Blob that a source of `blobSource` reads; undefined for other sources. */
export function blobOf(source: ByteSource): Blob | undefined {
  return blobs.get(source);
}

/**
 * Adds the checks that every source has in common to the function that reads: that the range lies within the file, and
 * that the bytes are as many as asked for. Wrap a `ByteSource` of other code in it before you rely on its answers.
 *
 * @throws ArgumentError when `byteLength` is not a whole number of bytes
 */
export function sourceOf(
  name: string,
  byteLength: number,
  read: (offset: number, length: number, signal?: AbortSignal) => Promise<Uint8Array>,
  close: () => Promise<void> = () => Promise.resolve(),
): ByteSource {
  if (!(Number.isSafeInteger(byteLength) && byteLength >= 0)) {
    throw ArgumentError.of('byteLength', byteLength, 'the size of the source in bytes');
  }
  return {
    name,
    byteLength,
    close,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      const isWhole = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
      if (!(isWhole && offset >= 0 && length >= 0 && offset + length <= byteLength)) {
        const range = `bytes ${offset} to ${offset + length} of ${byteLength}`;
        throw new FileAccessError(name, `${range} do not exist; the file is damaged or was cut short`);
      }
      if (length === 0) return new Uint8Array(0);
      const bytes = await read(offset, length, signal);
      if (bytes.byteLength === length) return bytes;
      const problem = `a read gave ${bytes.byteLength} bytes of ${length}; it changed while it was read, open it again`;
      throw new FileAccessError(name, problem);
    },
  };
}
