import { ArgumentError, checkOptions, type CsrMatrix, FieldMissingError } from '@geneformer-ts/core';
import { type SetOptions, setOptionNames } from './annotation-frame.js';
import type { AxisElement, Element, NumberMatrix } from './element.js';
import { checkName } from './encoding/check-contents.js';
import { checkElement, checkMatrix, checkRows } from './encoding/check-element.js';
import type { Group, StoredElements } from './stored-elements.js';

/** A dictionary of an `AnnData` whose values are read on demand: `obsm`, `varm`, `obsp`, `varp` or `uns`. */
export class NamedElements<Value extends Element> {
  /** @param stored returns the parts of the file, which change when it is written in place */
  constructor(
    protected readonly group: Group,
    protected readonly path: string,
    protected readonly stored: () => StoredElements | undefined,
  ) {}

  /** Returns the names, sorted. */
  keys(): string[] {
    return [...(this.stored()?.keys(this.group) ?? [])];
  }

  has(name: string): boolean {
    return this.keys().includes(name);
  }

  /**
   * Reads a value.
   *
   * @throws FieldMissingError listing the names; UnsupportedError for an encoding that this package does not read
   */
  async get(name: string): Promise<Value> {
    if (!this.has(name)) throw new FieldMissingError(this.path, this.field(name), this.keys());
    return (await this.stored()!.read(`${this.group}/${name}`)) as Value;
  }

  protected field(name: string): string {
    return `${this.group}['${String(name)}']`;
  }
}

/** A dictionary of an `AnnData` whose values can also be set. */
abstract class SettableElements<Value extends Element> extends NamedElements<Value> {
  private readonly added = new Map<string, Value>();
  private readonly removed = new Set<string>();

  override keys(): string[] {
    const kept = super.keys().filter((name) => !this.removed.has(name));
    return [...new Set([...kept, ...this.added.keys()])].sort();
  }

  override async get(name: string): Promise<Value> {
    return this.added.get(name) ?? super.get(name);
  }

  /** Returns the values that were set. */
  additions(): ReadonlyMap<string, Value> {
    return this.added;
  }

  /**
   * Removes a value, which `AnnData.write` leaves out.
   *
   * @throws FieldMissingError listing the names
   * @example
   * adata.obsm.delete('X_tsne');
   */
  delete(name: string): void {
    if (!this.has(name)) throw new FieldMissingError(this.path, this.field(name), this.keys());
    this.added.delete(name);
    if (super.keys().includes(name)) this.removed.add(name);
  }

  /** Returns the names of the file that were removed. */
  removals(): readonly string[] {
    return [...this.removed];
  }

  /** Forgets what was set and removed, after it was written to the file. */
  settle(): void {
    this.added.clear();
    this.removed.clear();
  }

  protected add(name: string, value: Value, options: SetOptions): void {
    checkOptions('set', options, setOptionNames);
    const { replace = false } = options;
    if (!replace && this.has(name)) {
      const remedy = 'set the option replace to true, or use another name';
      throw new ArgumentError(this.field(name), `exists in ${this.path}`, remedy);
    }
    this.added.set(name, value);
  }
}

/** Matrices with one row per cell (`obsm`) or per gene (`varm`). */
export class AxisElements extends SettableElements<AxisElement> {
  /** @param guard reason why values cannot be set, if there is one */
  constructor(
    group: 'obsm' | 'varm',
    path: string,
    stored: () => StoredElements | undefined,
    private readonly rows: number,
    private readonly guard?: { problem: string; remedy: string },
  ) {
    super(group, path, stored);
  }

  /**
   * Sets a matrix, which `AnnData.write` writes.
   *
   * @param value `{ rows, cols, data }` with one row per cell or gene, compressed rows, or a table
   * @throws ArgumentError for another number of rows, a name that HDF5 cannot store, or an existing name without `replace`
   * @example
   * adata.obsm.set('X_geneformer', { rows: adata.nObs, cols: 256, data: new Float32Array(adata.nObs * 256) });
   */
  set(name: string, value: AxisElement, options: SetOptions = {}): void {
    if (this.guard) throw new ArgumentError(this.field(name), this.guard.problem, this.guard.remedy);
    checkName(this.field(name), name);
    checkRows(this.field(name), value, this.rows, this.group === 'obsm' ? 'cells' : 'genes');
    this.add(name, value, options);
  }
}

/** Matrices of cells × cells (`obsp`), such as distances, or of genes × genes (`varp`). */
export class PairElements extends SettableElements<AxisElement> {
  /** @param guard reason why values cannot be set, if there is one */
  constructor(
    group: 'obsp' | 'varp',
    path: string,
    stored: () => StoredElements | undefined,
    private readonly size: number,
    private readonly guard?: { problem: string; remedy: string },
  ) {
    super(group, path, stored);
  }

  /**
   * Sets a matrix, which `AnnData.write` writes.
   *
   * @param value compressed rows or `{ rows, cols, data }`, with a row and a column per cell or gene
   * @throws ArgumentError for another shape, a name that HDF5 cannot store, or an existing name without `replace`
   */
  set(name: string, value: NumberMatrix | CsrMatrix, options: SetOptions = {}): void {
    if (this.guard) throw new ArgumentError(this.field(name), this.guard.problem, this.guard.remedy);
    checkName(this.field(name), name);
    const of = this.group === 'obsp' ? 'cells' : 'genes';
    checkMatrix(this.field(name), value, [this.size, of], [this.size, of]);
    this.add(name, value, options);
  }
}

/** Values that belong to neither cells nor genes: `uns`. */
export class UnstructuredElements extends SettableElements<Element> {
  constructor(path: string, stored: () => StoredElements | undefined) {
    super('uns', path, stored);
  }

  /**
   * Reads a value. Names joined by slashes reach into dictionaries.
   *
   * @throws FieldMissingError listing the names; UnsupportedError for an encoding that this package does not read
   * @example
   * await adata.uns.get('pca/variance_ratio'); // Float64Array [ 0.2, 0.1, … ]
   */
  override async get(name: string): Promise<Element> {
    const cut = name.indexOf('/');
    if (cut < 0) return super.get(name);
    const top = this.additions().get(name.slice(0, cut));
    if (top === undefined && this.has(name.slice(0, cut))) return (await this.stored()!.read(`uns/${name}`)) as Element;
    const value = name
      .split('/')
      .reduce<unknown>((value, key) => own(value, key), Object.fromEntries(this.additions()));
    if (value !== undefined) return value as Element;
    throw new FieldMissingError(this.path, this.field(name), this.keys());
  }

  /**
   * Sets a value, which `AnnData.write` writes. A dictionary replaces the whole dictionary of its name.
   *
   * @param value a scalar, list, typed array, matrix, table, column, or an object of those
   * @throws ArgumentError for another value, a name that HDF5 cannot store, or an existing name without `replace`
   * @example
   * adata.uns.set('geneformer', { model: 'V1-10M', layer: -1, genes: ['TTN', 'PLN'] });
   */
  set(name: string, value: Element, options: SetOptions = {}): void {
    checkName(this.field(name), name);
    checkElement(this.field(name), value);
    this.add(name, value, options);
  }
}

/** Returns an own property of an object. */
function own(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isObject ? (value as Record<string, unknown>)[name] : undefined;
}
