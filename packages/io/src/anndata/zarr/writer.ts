import { ArgumentError } from '@geneformer-ts/core';
import { fileError } from '@geneformer-ts/core/node';
import { dirname, join, mkdirSync, writeFileSync } from '@geneformer-ts/core/system';
import type { ElementWriter, GrowingList } from '../element-writer.js';
import type { NumericArray } from '../numbers.js';
import { arrayMetadata, chunkName, encodeNumbers, encodeTexts, type NewType } from './new-array.js';
import type { JsonObject } from './nodes.js';

/** Values per chunk: 1 MB in single precision. */
const CHUNK = 1 << 18;
/** Files of metadata, whose names no group or array can have. */
const RESERVED = ['.zgroup', '.zarray', '.zattrs', '.zmetadata', 'zarr.json'];

/** Metadata of a group or array, and its attributes. */
interface NewNode {
  isArray: boolean;
  metadata: JsonObject;
  attributes: JsonObject;
}

/**
 * Writes groups and arrays into the folder of a zarr store. Chunks are written at once, and the metadata by `finish`. Arrays are
 * compressed with gzip, which every version of zarr reads.
 */
export class ZarrWriter implements ElementWriter {
  private readonly nodes = new Map<string, NewNode>();

  /**
   * @param folder of the store
   * @param level gzip level of arrays, 0 (none) to 9
   * @param named path of the store for messages, if `folder` is temporary
   */
  constructor(
    private readonly folder: string,
    private readonly format: 2 | 3,
    private readonly level: number,
    private readonly named = folder,
  ) {}

  group(path: string): void {
    const metadata = this.format === 2 ? { zarr_format: 2 } : { zarr_format: 3, node_type: 'group' };
    this.add(path, { isArray: false, metadata, attributes: {} });
  }

  textAttribute(path: string, name: string, value: string): void {
    this.attribute(path, name, value);
  }

  textsAttribute(path: string, name: string, values: string[]): void {
    this.attribute(path, name, values);
  }

  booleanAttribute(path: string, name: string, value: boolean): void {
    this.attribute(path, name, value);
  }

  numbersAttribute(path: string, name: string, values: NumericArray): void {
    this.attribute(path, name, Array.from(values as Float64Array, Number));
  }

  deleteAttribute(path: string, name: string): void {
    this.attribute(path, name, undefined);
  }

  text(path: string, value: string): void {
    this.array(path, 'text', [], []);
    this.chunk(path, [], encodeTexts([value], 1, this.level));
  }

  texts(path: string, values: string[]): void {
    const size = Math.max(1, Math.min(CHUNK, values.length));
    this.array(path, 'text', [values.length], [size]);
    for (let from = 0; from < values.length; from += size) {
      this.chunk(path, [from / size], encodeTexts(values.slice(from, from + size), size, this.level));
    }
  }

  number(path: string, value: number | bigint): void {
    const values = typeof value === 'bigint' ? BigInt64Array.of(value) : Float64Array.of(value);
    this.array(path, values, [], []);
    this.chunk(path, [], encodeNumbers(values, 1, this.level));
  }

  numbers(path: string, values: NumericArray): void {
    this.list(path, values, values);
  }

  matrix(path: string, rows: number, cols: number, data: NumericArray): void {
    const step = Math.max(1, Math.min(rows, Math.floor(CHUNK / Math.max(1, cols))));
    this.array(path, data, [rows, cols], [step, Math.max(1, cols)]);
    for (let row = 0; row < rows && cols > 0; row += step) {
      const panel = data.subarray(row * cols, Math.min(rows, row + step) * cols);
      this.chunk(path, [row / step, 0], encodeNumbers(panel, step * cols, this.level));
    }
  }

  booleans(path: string, values: readonly boolean[], shape: number[] = [values.length]): void {
    const bytes = Uint8Array.from(values, Number);
    if (shape.length === 1) return this.list(path, 'boolean', bytes);
    this.array(path, 'boolean', shape, shape);
    this.chunk(path, [], encodeNumbers(bytes, 1, this.level));
  }

  growing(path: string, sample: NumericArray): GrowingList {
    const held = new (sample.constructor as new (length: number) => NumericArray)(CHUNK);
    let filled = 0;
    let chunks = 0;
    const flush = (): void => {
      this.chunk(path, [chunks++], encodeNumbers(held.subarray(0, filled), CHUNK, this.level));
      filled = 0;
    };
    return {
      append: (values) => {
        for (let from = 0; from < values.length;) {
          const count = Math.min(CHUNK - filled, values.length - from);
          // The caller appends arrays of the sample's type, or of a type that converts to it without loss.
          (held as Float64Array).set(values.subarray(from, from + count) as Float64Array, filled);
          filled += count;
          from += count;
          if (filled === CHUNK) flush();
        }
      },
      finish: () => {
        if (chunks === 0) return this.list(path, held, held.subarray(0, filled));
        const length = chunks * CHUNK + filled;
        if (filled > 0) flush();
        this.array(path, held, [length], [CHUNK]);
      },
    };
  }

  /** Writes the metadata of everything that was added, and returns their texts by file. */
  finish(): Map<string, string> {
    const files = new Map<string, string>();
    for (const [path, { isArray, metadata, attributes }] of this.nodes) {
      const at = path === '' ? '' : `${path}/`;
      if (this.format === 3) files.set(`${at}zarr.json`, JSON.stringify({ ...metadata, attributes }, undefined, 2));
      else {
        files.set(`${at}${isArray ? '.zarray' : '.zgroup'}`, JSON.stringify(metadata, undefined, 2));
        files.set(`${at}.zattrs`, JSON.stringify(attributes, undefined, 2));
      }
    }
    for (const [key, text] of files) this.write(key, text);
    return files;
  }

  private list(path: string, type: NewType, values: NumericArray): void {
    const size = Math.max(1, Math.min(CHUNK, values.length));
    this.array(path, type, [values.length], [size]);
    for (let from = 0; from < values.length; from += size) {
      this.chunk(path, [from / size], encodeNumbers(values.subarray(from, from + size), size, this.level));
    }
  }

  private array(path: string, type: NewType, shape: number[], chunks: number[]): void {
    const metadata = arrayMetadata(this.format, type, { shape, chunks }, this.level);
    this.add(path, { isArray: true, metadata, attributes: {} });
  }

  private add(path: string, node: NewNode): void {
    if (RESERVED.includes(path.slice(path.lastIndexOf('/') + 1))) {
      throw new ArgumentError(path, 'is a name that zarr reserves', 'use another name');
    }
    this.nodes.set(path, node);
  }

  private attribute(path: string, name: string, value: unknown): void {
    this.nodes.get(path)!.attributes[name] = value;
  }

  private chunk(path: string, position: number[], bytes: Uint8Array): void {
    this.write(`${path}/${chunkName(this.format, position)}`, bytes);
  }

  private write(key: string, content: string | Uint8Array): void {
    try {
      const file = join(this.folder, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    } catch (cause) {
      throw fileError(this.named, cause);
    }
  }
}
