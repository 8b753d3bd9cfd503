import { ArgumentError, checkOptions, FieldMissingError, type OptionNames } from '@geneformer-ts/core';
import type { Column, DataFrame } from './data-frame.js';
import { checkColumn, isNumberList } from './encoding/check-contents.js';
import type { WritableColumn } from './encoding/write-frame.js';
import type { NumberList } from './element.js';
import type { StoredElements } from './stored-elements.js';
import { wrongKind } from '../base/wrong-kind.js';

/**
 * Values of a new column, one per row: texts or booleans (null is missing), numbers (NaN is missing), or a `Column`. The
 * numbers of a typed array are written in its type, others as float64.
 */
export type ColumnValues =
  readonly (string | null)[] | readonly (boolean | null)[] | readonly number[] | NumberList | Column;

/** Whether a value may replace one of the same name. */
export interface SetOptions {
  /** Default false: a name that exists is an error. */
  replace?: boolean;
}

export const setOptionNames: OptionNames<SetOptions> = { replace: true };

/** A table of an `AnnData`, `obs` or `var`: names of the rows, and columns that can be read and set. */
export class AnnotationFrame implements DataFrame {
  readonly index: string[];
  /** Columns by name. Change them with `set`. */
  readonly columns: Map<string, Column>;
  private readonly added = new Map<string, WritableColumn>();
  private readonly removed = new Set<string>();

  /**
   * @param elements returns the parts of the file, which may have columns that were not read
   * @param guard reason why columns cannot be set, if there is one
   */
  constructor(
    private readonly name: 'obs' | 'var',
    private readonly path: string,
    frame: DataFrame,
    private readonly elements: () => StoredElements | undefined,
    private readonly guard?: { problem: string; remedy: string },
  ) {
    this.index = frame.index;
    this.columns = new Map(frame.columns);
  }

  /** Returns the names of the columns in their order. */
  keys(): string[] {
    return [...this.columns.keys()];
  }

  has(name: string): boolean {
    return this.columns.has(name);
  }

  /**
   * Returns a column.
   *
   * @throws FieldMissingError listing the columns
   */
  get(name: string): Column {
    const column = this.columns.get(name);
    if (column) return column;
    throw new FieldMissingError(this.path, `${this.name} column '${String(name)}'`, this.keys());
  }

  /**
   * Sets a column, which `AnnData.write` writes.
   *
   * @param values one per row
   * @throws ArgumentError for another number of values, a value of another kind, a name that HDF5 cannot store, or an
   *   existing name without `replace`
   * @example
   * adata.obs.set('label', ['B cell', 'T cell', null]);
   * adata.obs.set('score', Float32Array.of(0.9, 0.8, 0.4), { replace: true });
   */
  set(name: string, values: ColumnValues, options: SetOptions = {}): void {
    checkOptions('set', options, setOptionNames);
    const { replace = false } = options;
    const field = `${this.name}['${String(name)}']`;
    if (this.guard) throw new ArgumentError(field, this.guard.problem, this.guard.remedy);
    const column = columnOf(field, values);
    checkColumn(this.name, name, column);
    const length = column.kind === 'categorical' ? column.codes.length : column.values.length;
    if (length !== this.index.length) {
      const problem = `has ${length} values but ${this.name} has ${this.index.length} rows`;
      throw new ArgumentError(field, problem, 'give one value per row');
    }
    if (name === this.elements()?.index(this.name)) {
      throw new ArgumentError(field, `is the name of the index in ${this.path}`, 'use another name');
    }
    if (!replace && (this.columns.has(name) || this.isStored(name))) {
      throw new ArgumentError(field, `exists in ${this.path}`, 'set the option replace to true, or use another name');
    }
    this.added.set(name, column);
    this.columns.set(name, readable(column));
  }

  /**
   * Removes a column, which `AnnData.write` leaves out.
   *
   * @throws FieldMissingError listing the columns
   * @example
   * adata.obs.delete('percent_mito');
   */
  delete(name: string): void {
    if (!this.columns.has(name) && !this.isStored(name)) this.get(name);
    if (this.isStored(name)) this.removed.add(name);
    this.added.delete(name);
    this.columns.delete(name);
  }

  /** Returns the names of the columns of the file that were removed. */
  removals(): readonly string[] {
    return [...this.removed];
  }

  /** Whether the file has a column that was not removed, also one that was not read. */
  private isStored(name: string): boolean {
    return !this.removed.has(name) && this.elements()?.keys(this.name).includes(name) === true;
  }

  /** Returns the columns that were set. */
  additions(): ReadonlyMap<string, WritableColumn> {
    return this.added;
  }

  /** Forgets what was set and removed, after it was written to the file. */
  settle(): void {
    this.added.clear();
    this.removed.clear();
  }

  /** Marks all columns that are not in the file as set: they come from a table that was joined. */
  adoptJoined(): void {
    const stored = this.elements()?.keys(this.name) ?? [];
    for (const [name, column] of this.columns) if (!stored.includes(name)) this.added.set(name, column);
  }
}

function columnOf(field: string, values: ColumnValues): WritableColumn {
  if (isNumberList(values)) return { kind: 'number', values: values as NumberList };
  if (!Array.isArray(values)) {
    if (typeof values === 'object' && values !== null && 'kind' in values) return values;
    throw wrongKind(field, values, 'a list of texts, numbers or booleans, or a column');
  }
  const first = values.find((value) => value !== null) as unknown;
  if (typeof first === 'boolean') return { kind: 'boolean', values: values as (boolean | null)[] };
  if (typeof first !== 'number') return { kind: 'string', values: values as (string | null)[] };
  const at = values.findIndex((value) => typeof value !== 'number');
  if (at >= 0) throw wrongKind(`${field}[${at}]`, values[at], 'a number; NaN is missing');
  return { kind: 'number', values: Float64Array.from(values as number[]) };
}

/** Returns a column as it is read: numbers in double precision. */
function readable(column: WritableColumn): Column {
  if (column.kind !== 'number' || column.values instanceof Float64Array) return column as Column;
  return { kind: 'number', values: Float64Array.from(column.values as Float32Array, Number) };
}
