import type { RawFile } from './raw-file.js';

/** Where each chunk of a one-dimensional dataset lies and how many bytes it takes there. */
export interface ChunkIndex {
  addresses: Float64Array;
  sizes: Uint32Array;
  /** A bit for every filter that was not applied. */
  skipped: Uint32Array;
}

const SIGNATURE = 0x54524545;
const CHUNK_NODE = 1;
const HEAD = 24;
/** Size, filter mask, two offsets; then the address of the child. */
const ENTRY = 32;

/**
 * Reads the version 1 B-tree at `root` (HDF5 file format specification, III.A.1), the index of every chunked dataset not
 * written in the newest format. Undefined when a chunk is missing or the tree is damaged:
 * the library then says what is wrong.
 */
export function readChunkIndex(
  file: RawFile,
  root: number,
  chunks: number,
  chunkElements: number,
): ChunkIndex | undefined {
  // Every chunk takes at least a byte, so a larger number is a lie that must not be allotted.
  if (chunks > file.size) return undefined;
  const index: ChunkIndex = {
    addresses: new Float64Array(chunks),
    sizes: new Uint32Array(chunks),
    skipped: new Uint32Array(chunks),
  };
  let found = 0;
  let nodes = 0;

  function visit(address: number, expected: number | undefined): boolean {
    if (++nodes > 2 * chunks + 2) return false;
    const head = file.view(address, HEAD);
    if (!head || head.getUint32(0, false) !== SIGNATURE || head.getUint8(4) !== CHUNK_NODE) return false;
    const level = head.getUint8(5);
    if (expected !== undefined && level !== expected) return false;
    const entries = head.getUint16(6, true);
    const body = file.view(address + HEAD, entries * ENTRY);
    if (!body) return false;
    for (let at = 0; at < body.byteLength; at += ENTRY) {
      const child = Number(body.getBigUint64(at + 24, true));
      if (level > 0) {
        if (!visit(child, level - 1)) return false;
        continue;
      }
      const chunk = Number(body.getBigUint64(at + 8, true)) / chunkElements;
      const size = body.getUint32(at, true);
      if (size === 0 || child + size > file.size) return false;
      if (!Number.isInteger(chunk) || chunk >= chunks) {
        // A dataset that was made smaller may keep chunks behind its end.
        if (Number.isInteger(chunk)) continue;
        return false;
      }
      if (index.sizes[chunk] === 0) found++;
      index.addresses[chunk] = child;
      index.sizes[chunk] = size;
      index.skipped[chunk] = body.getUint32(at + 4, true);
    }
    return true;
  }

  return visit(root, undefined) && found === chunks ? index : undefined;
}
