import { FormatError, messageOf } from '@geneformer-ts/core';
import type { ReadMemory } from '../numbers.js';
import { readLayout } from './layout.js';
import type { RawFile } from './raw-file.js';
import { canUnpack, unpack } from './unpack.js';

/** Properties of a one-dimensional dataset, from the library. */
export interface DatasetFacts {
  path: string;
  /** Address of its object header. */
  address: number;
  /** Number of elements. */
  length: number;
  elementBytes: number;
  filters: readonly number[];
}

/** Reads the bytes of elements `from` to `to` into memory, by default new memory. */
export type ReadBytes = (from: number, to: number, memory?: ReadMemory) => Uint8Array<ArrayBuffer>;

/** Largest chunk that is read here. The library reads larger ones. */
const MAX_CHUNK_BYTES = 1 << 28;

/**
 * Opens a one-dimensional dataset for reading directly from the file: contiguous, or in chunks that are plain or compressed
 * with gzip or lzf, with or without shuffling. Returns undefined for any other dataset.
 */
export function openBytes(file: RawFile, facts: DatasetFacts): ReadBytes | undefined {
  const { path, length, elementBytes, filters } = facts;
  const layout = canUnpack(filters) && length > 0 ? readLayout(file, facts.address) : undefined;
  if (layout?.kind === 'contiguous') {
    const { address } = layout;
    if (filters.length || address + length * elementBytes > file.size) return undefined;
    return (from, to, memory) => {
      const bytes = allocate((to - from) * elementBytes, memory);
      file.fill(bytes, address + from * elementBytes, path);
      return bytes;
    };
  }
  if (!layout || layout.elements * elementBytes > MAX_CHUNK_BYTES) return undefined;
  const index = readChunkIndex(file, layout.index, Math.ceil(length / layout.elements), layout.elements);
  if (!index) return undefined;
  const chunks = new Chunks(file, facts, index, layout.elements);
  return (from, to, memory) => chunks.read(from, to, memory);
}

class Chunks {
  /** The last chunk, kept because the next range usually begins in it. */
  private held: Uint8Array | undefined;
  private heldChunk = -1;
  private stored = new Uint8Array(0);

  constructor(
    private readonly file: RawFile,
    private readonly facts: DatasetFacts,
    private readonly index: ChunkIndex,
    private readonly elements: number,
  ) {}

  read(from: number, to: number, memory?: ReadMemory): Uint8Array<ArrayBuffer> {
    const size = this.facts.elementBytes;
    const result = allocate((to - from) * size, memory);
    for (let at = from; at < to;) {
      const chunk = Math.floor(at / this.elements);
      const start = chunk * this.elements;
      const stop = Math.min(to, start + this.elements);
      result.set(this.chunk(chunk).subarray((at - start) * size, (stop - start) * size), (at - from) * size);
      at = stop;
    }
    return result;
  }

  private chunk(chunk: number): Uint8Array {
    if (this.held && chunk === this.heldChunk) return this.held;
    const { path, filters, elementBytes } = this.facts;
    const bytes = this.index.sizes[chunk];
    if (this.stored.length < bytes) this.stored = new Uint8Array(bytes);
    const stored = this.stored.subarray(0, bytes);
    this.file.fill(stored, this.index.addresses[chunk], path);
    try {
      this.held = unpack(stored, filters, this.index.skipped[chunk], this.elements * elementBytes, elementBytes);
    } catch (cause) {
      throw new FormatError(
        this.file.path,
        path,
        `chunk ${chunk} cannot be decompressed (${messageOf(cause)})`,
        'the file is damaged or incomplete; download it again',
        { cause },
      );
    }
    this.heldChunk = chunk;
    return this.held;
  }
}

/** Allocates bytes without clearing them, because every byte is overwritten. */
function allocate(length: number, memory?: ReadMemory): Uint8Array<ArrayBuffer> {
  const taken = memory?.take(length);
  if (taken) return taken;
  return typeof Buffer === 'undefined' ? new Uint8Array(length) : new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

/** Position and stored size of each chunk of a one-dimensional dataset. */
export interface ChunkIndex {
  addresses: Float64Array;
  sizes: Uint32Array;
  /** Bit mask of the filters that were not applied. */
  skipped: Uint32Array;
}

const SIGNATURE = 0x54524545;
const CHUNK_NODE = 1;
const HEAD = 24;
/** Bytes of size, filter mask, two offsets and the address of the child. */
const ENTRY = 32;

/**
 * Reads the version 1 B-tree at `root` (HDF5 file format specification, III.A.1), the index of chunked datasets in all but
 * the newest format. Returns undefined if a chunk is missing or the tree is damaged; the library then reports the reason.
 */
function readChunkIndex(file: RawFile, root: number, chunks: number, chunkElements: number): ChunkIndex | undefined {
  // Every chunk takes at least one byte, so a larger number is wrong and must not be allocated.
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
        // A dataset that was shrunk may keep chunks past its end.
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
