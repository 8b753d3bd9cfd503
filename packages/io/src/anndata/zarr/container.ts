import { FieldMissingError, FileAccessError } from '@geneformer-ts/core';
import type { Container, DatasetKind, Records } from '../container.js';
import type { NumberReader, NumericArray } from '../numbers.js';
import { ZarrArray } from './array.js';
import { describeArray } from './description.js';
import type { ZarrNode, ZarrTree } from './nodes.js';
import type { StoreFiles } from './store-files.js';

/** A zarr store that is open for reading. The metadata of all groups and arrays is in memory, values are read on demand. */
export class ZarrContainer implements Container {
  readonly path: string;
  readonly diskPath: string | undefined;
  private readonly arrays = new Map<string, ZarrArray>();
  private readonly children = new Map<string, string[]>();
  private closed = false;

  constructor(
    private readonly files: StoreFiles,
    private readonly tree: ZarrTree,
    readonly version: string | undefined,
  ) {
    this.diskPath = files.diskPath;
    this.path = files.name;
    for (const path of tree.nodes.keys()) {
      if (path === '') continue;
      const cut = path.lastIndexOf('/');
      const parent = path.slice(0, Math.max(0, cut));
      const names = this.children.get(parent) ?? [];
      names.push(path.slice(cut + 1));
      this.children.set(parent, names);
    }
    for (const names of this.children.values()) names.sort();
  }

  kind(path: string): 'group' | 'dataset' | undefined {
    const kind = this.tree.nodes.get(path)?.kind;
    return kind === 'array' ? 'dataset' : kind;
  }

  keys(group: string): string[] {
    return this.kind(group) === 'group' ? [...(this.children.get(group) ?? [])] : [];
  }

  /** Returns lists of numbers as typed arrays, as HDF5 files have them. */
  attribute(path: string, name: string): unknown {
    const attributes = this.tree.nodes.get(path)?.attributes ?? {};
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const isNumbers = Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number');
    return isNumbers ? Float64Array.from(value) : value;
  }

  textAttribute(path: string, name: string): string | undefined {
    const value = this.attribute(path, name);
    return typeof value === 'string' ? value : undefined;
  }

  address(path: string): string {
    return path;
  }

  dimensions(path: string): number[] {
    return this.array(path).description.shape;
  }

  shape(path: string): number[] {
    return this.dimensions(path);
  }

  datasetKind(path: string): DatasetKind {
    return this.array(path).description.type.kind;
  }

  typeName(path: string): string {
    return this.array(path).description.type.name;
  }

  chunkRows(path: string): number {
    return this.array(path).description.chunks[0] ?? 1;
  }

  enumeration(): undefined {
    return undefined;
  }

  readNumbers(path: string, from?: number, to?: number): Promise<NumericArray> {
    const array = this.array(path);
    const rows = array.description.shape[0] ?? 1;
    return array.readNumbers(from ?? 0, to ?? rows);
  }

  readStrings(path: string): Promise<string[]> {
    return this.array(path).readTexts();
  }

  records(path: string): Promise<Records> {
    return this.array(path).readRecords();
  }

  numbers(path: string): NumberReader {
    const array = this.array(path);
    return { length: array.description.shape[0] ?? 1, read: (from, to) => array.readNumbers(from, to) };
  }

  close(): void {
    this.closed = true;
    this.arrays.clear();
  }

  /** @throws FieldMissingError; FormatError and UnsupportedError for what its metadata says */
  private array(path: string): ZarrArray {
    if (this.closed) throw new FileAccessError(this.path, 'was closed; open it again before reading');
    let array = this.arrays.get(path);
    if (array === undefined) {
      array = new ZarrArray(this.files, path, describeArray(this.path, path, this.node(path)));
      this.arrays.set(path, array);
    }
    return array;
  }

  private node(path: string): ZarrNode {
    const node = this.tree.nodes.get(path);
    if (node?.kind === 'array') return node;
    const cut = path.lastIndexOf('/');
    const present = this.keys(path.slice(0, Math.max(0, cut)));
    throw new FieldMissingError(this.path, `array '${path}'`, present, 'write the store again with a current anndata');
  }
}
