import { FormatError, isGeneformerError, messageOf, UnsupportedError } from '@geneformer-ts/core';
import { Array as ZarritaArray, type AsyncReadable, type DataType } from 'zarrita';
import { widenFloat16 } from '../../base/half-precision.js';
import type { Records } from '../container.js';
import type { NumericArray } from '../numbers.js';
import { type Chunk, copyChunk, fillPlace, type FixedTexts, type Place, type Values } from './chunk.js';
import type { ArrayDescription } from './description.js';
import { readRecords } from './records.js';
import type { StoreFiles } from './store-files.js';

/** Largest number of values, and of chunks, that may be missing from one read. More mean that the store is incomplete. */
const MAX_MISSING = 2 ** 26;
const MAX_MISSING_CHUNKS = 2 ** 16;
const DAMAGED = 'the store is damaged or incomplete; copy it again';

const TYPES: Partial<Record<DataType, new (length: number) => NumericArray>> = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Thrown by the store that zarrita reads, so that it does not allocate a chunk of equal values. */
class MissingChunk extends Error {}

/** An array of a store, read chunk by chunk. Keeps the last chunk, because consecutive reads often share one. */
export class ZarrArray {
  private readonly array: ZarritaArray<DataType, AsyncReadable>;
  private last: { key: string; chunk: Chunk | undefined } | undefined;

  constructor(
    private readonly files: StoreFiles,
    private readonly path: string,
    readonly description: ArrayDescription,
  ) {
    // zarrita resolves the names of chunks as it would a URL.
    const location = `/${path.split('/').map(encodeURIComponent).join('/')}` as const;
    this.array = new ZarritaArray(chunksOf(files), location, description.metadata);
  }

  /** Reads rows `from` to `to` as numbers in their stored type; booleans are 0 and 1. */
  async readNumbers(from: number, to: number): Promise<NumericArray> {
    const { type } = this.description;
    if (type.kind !== 'number' && type.kind !== 'boolean') throw this.damaged('should contain numbers');
    const values = (await this.read(from, to)) as NumericArray;
    return type.isHalf === true ? widenFloat16(values as Uint16Array) : values;
  }

  /** Reads all texts. */
  async readTexts(): Promise<string[]> {
    const { type, shape } = this.description;
    if (type.kind !== 'string') throw this.damaged('should contain strings');
    return (await this.read(0, shape[0] ?? 1)) as string[];
  }

  /** Reads all records of a list. */
  async readRecords(): Promise<Records> {
    const { type, shape, chunks } = this.description;
    if (type.members === undefined || shape.length !== 1) throw this.damaged('should be a list of records');
    const parts: Uint8Array[] = [];
    for (let start = 0; start < shape[0]; start += chunks[0]) {
      const chunk = await this.chunk([start / chunks[0]]);
      if (chunk === undefined) throw this.damaged(`has no chunk ${start / chunks[0]}`);
      const { buffer, byteOffset } = chunk.data as FixedTexts;
      parts.push(new Uint8Array(buffer, byteOffset, Math.min(chunks[0], shape[0] - start) * type.bytes));
    }
    return readRecords(type, type.members, parts);
  }

  /** Reads rows of a value, a list or a matrix. */
  private async read(from: number, to: number): Promise<Values> {
    const { shape, chunks, fill } = this.description;
    if (shape.length > 2) throw this.unsupported(`an array of ${shape.length} dimensions`);
    const [cols, height, width] = [shape[1] ?? 1, chunks[0] ?? 1, chunks[1] ?? 1];
    const result = this.allocate((to - from) * cols);
    let missing = 0;
    let missingChunks = 0;
    for (let row = from; row < to;) {
      const y = Math.floor(row / height);
      const end = Math.min(to, (y + 1) * height);
      for (let x = 0; x * width < cols; x++) {
        const at = (row - from) * cols + x * width;
        const place: Place = { at, stride: cols, rows: end - row, cols: Math.min(width, cols - x * width) };
        const chunk = await this.chunk([y, x].slice(0, shape.length));
        if (chunk) {
          copyChunk(chunk, row - y * height, place, result);
          continue;
        }
        missing += place.rows * place.cols;
        if (missing > MAX_MISSING || ++missingChunks > MAX_MISSING_CHUNKS) {
          throw this.damaged(`has no chunks for ${missing} of its values`);
        }
        fillPlace(place, fill, result);
      }
      row = end;
    }
    // The rows that a later read needs are in another chunk.
    if (to === (shape[0] ?? 1)) this.last = undefined;
    return result;
  }

  /** Allocates numbers. Texts are added one by one, so that no size that a damaged store states is allocated. */
  private allocate(length: number): Values {
    const { type } = this.description;
    if (type.kind === 'string') return [];
    const NumberType = TYPES[type.read ?? 'v2:object'];
    if (NumberType === undefined) throw this.unsupported(type.name);
    try {
      return new NumberType(length);
    } catch (cause) {
      throw this.damaged(`has ${length} values, which do not fit in memory`, cause);
    }
  }

  /** Reads a chunk; undefined if it is missing. */
  private async chunk(position: number[]): Promise<Chunk | undefined> {
    const key = position.join('.');
    if (this.last?.key !== key) {
      // Released before the next one is read, because a chunk may be large.
      this.last = undefined;
      this.last = { key, chunk: await this.decode(position) };
    }
    return this.last.chunk;
  }

  private async decode(position: number[]): Promise<Chunk | undefined> {
    try {
      const chunk = (await this.array.getChunk(position)) as Chunk;
      const expected = this.description.chunks.reduce((product, size) => product * size, 1);
      if (chunk.data.length === expected) return chunk;
      throw new Error(`it has ${chunk.data.length} values, not ${expected}`);
    } catch (cause) {
      if (cause instanceof MissingChunk) return undefined;
      if (isGeneformerError(cause)) throw cause;
      const reason = messageOf((cause as { cause?: unknown }).cause ?? cause);
      throw this.damaged(`chunk ${position.join('.')} cannot be read (${reason})`, cause);
    }
  }

  private damaged(problem: string, cause?: unknown): FormatError {
    return new FormatError(this.files.name, this.path, problem, DAMAGED, { cause });
  }

  private unsupported(what: string): UnsupportedError {
    return new UnsupportedError(this.files.name, this.path, what, 'read the other entries');
  }
}

/** Returns the chunks of a store in the form in which zarrita reads them. */
function chunksOf(files: StoreFiles): AsyncReadable {
  const present = (bytes: Uint8Array | undefined): Uint8Array => {
    if (bytes === undefined) throw new MissingChunk();
    return bytes;
  };
  return {
    get: async (key) => present(await files.read(key.slice(1))),
    getRange: async (key, range) => present(await files.read(key.slice(1), range)),
  };
}
