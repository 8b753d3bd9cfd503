import { FieldMissingError, UnsupportedError } from '@geneformer-ts/core';
import type { Column } from '../data-frame.js';
import type { Container, Soon } from '../container.js';
import { toFloat64 } from '../numbers.js';

/**
 * Reads a dataset with one value per row as a column.
 *
 * @throws UnsupportedError for a dataset with several dimensions or of an unsupported type
 */
export async function readArrayColumn(file: Container, path: string): Promise<Column> {
  const shape = file.shape(path);
  if (shape.length > 1) throw unsupportedColumn(file, path, `a ${shape.length}-dimensional array`);
  const enumeration = file.enumeration(path);
  if (enumeration && file.datasetKind(path) !== 'boolean') return categoricalOf(file, path, enumeration);
  switch (file.datasetKind(path)) {
    case 'string':
      return { kind: 'string', values: await file.readStrings(path) };
    case 'boolean':
      return { kind: 'boolean', values: Array.from(toFloat64(await file.readNumbers(path)), Boolean) };
    case 'number':
      return { kind: 'number', values: toFloat64(await file.readNumbers(path)) };
    default:
      throw unsupportedColumn(file, path, `a column of ${file.typeName(path)}`);
  }
}

/** Converts an enumeration to a categorical column. Values without a name are missing. */
async function categoricalOf(file: Container, path: string, members: Record<string, number>): Promise<Column> {
  const categories = Object.keys(members).sort((a, b) => members[a] - members[b]);
  const positions = new Map(categories.map((name, position) => [members[name], position]));
  const codes = Int32Array.from(toFloat64(await file.readNumbers(path)), (value) => positions.get(value) ?? -1);
  return { kind: 'categorical', categories, codes };
}

/** @throws FieldMissingError when a requested column is not in `names` */
export function checkChoice(
  file: Pick<Container, 'path'>,
  path: string,
  names: readonly string[],
  only: readonly string[] = [],
): void {
  const absent = only.find((name) => !names.includes(name));
  if (absent !== undefined) throw new FieldMissingError(file.path, `${path} column '${absent}'`, names);
}

/** Thrown for a column whose type a `DataFrame` does not support. The column is skipped unless it was requested by name. */
export class UnsupportedColumnError extends UnsupportedError {
  constructor(
    path: string,
    readonly column: string,
    what: string,
  ) {
    const remedy = "set the option 'obsColumns' or 'varColumns' to the columns to read, without this one";
    super(path, column, what, remedy);
    this.name = 'UnsupportedError';
  }

  /** Sentence for `CountMatrix.notes`. */
  get note(): string {
    return `column ${this.column} is skipped: ${this.value} is not supported`;
  }
}

export function unsupportedColumn(file: { readonly path: string }, path: string, what: string): UnsupportedColumnError {
  return new UnsupportedColumnError(file.path, path, what);
}

/**
 * Reads a column. Skips a column of an unsupported type and adds a note to `notes`.
 *
 * @throws UnsupportedColumnError when the column was requested by name
 */
export async function readOrNote(
  name: string,
  read: (name: string) => Soon<Column>,
  notes: string[],
  only?: readonly string[],
): Promise<Column | undefined> {
  try {
    return await read(name);
  } catch (cause) {
    if (!(cause instanceof UnsupportedColumnError) || only?.includes(name)) throw cause;
    notes.push(cause.note);
    return undefined;
  }
}
