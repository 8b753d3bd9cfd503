import type { FixedBytes } from './content.js';

/** Reads a Blob synchronously. Exists only in workers. */
interface SyncReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Bytes per block that is kept, and the number of blocks: readers of HDF5 ask for many small neighboring pieces. */
const BLOCK = 1 << 18;
const BLOCKS = 32;

/**
 * Returns synchronous access to a Blob, such as a `File` that a person chose. The last blocks that were read stay in memory.
 *
 * @throws Error outside a worker, where a browser cannot read synchronously
 */
export function blobBytes(blob: Blob): FixedBytes {
  const Reader = (globalThis as { FileReaderSync?: new () => SyncReader }).FileReaderSync;
  if (Reader === undefined) throw new Error('files are read synchronously, which a browser allows only in a worker');
  const reader = new Reader();
  const blocks = new Map<number, Uint8Array>();
  const load = (from: number, to: number): Uint8Array => new Uint8Array(reader.readAsArrayBuffer(blob.slice(from, to)));
  const blockOf = (number: number): Uint8Array => {
    const known = blocks.get(number);
    if (known) blocks.delete(number);
    const block = known ?? load(number * BLOCK, Math.min(blob.size, (number + 1) * BLOCK));
    // A Map keeps the order of insertion, so the first key is the one that was not used for longest.
    blocks.set(number, block);
    if (blocks.size > BLOCKS) blocks.delete(blocks.keys().next().value as number);
    return block;
  };
  return {
    byteLength: blob.size,
    part: (from, to) => blob.slice(from, to),
    read(target, position) {
      if (target.length >= BLOCK) {
        target.set(load(position, position + target.length));
        return;
      }
      for (let done = 0; done < target.length;) {
        const at = position + done;
        const number = Math.floor(at / BLOCK);
        const part = blockOf(number).subarray(at - number * BLOCK, at - number * BLOCK + target.length - done);
        target.set(part, done);
        done += part.length;
      }
    },
  };
}
