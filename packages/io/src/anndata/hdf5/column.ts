import { FieldMissingError, UnsupportedError } from '@geneformer-ts/core';
import type { Column } from '../frame.js';
import type { HdfFile } from './file.js';
import { toFloat64 } from './numbers.js';

/**
 * Reads a dataset of one value per row as a column of its kind.
 * @throws UnsupportedError for a dataset of several dimensions or of a type that no column holds
 */
export function readArrayColumn(file: HdfFile, path: string): Column {
  const shape = file.shape(path);
  if (shape.length > 1) throw notRead(file, path, `a ${shape.length}-dimensional array`);
  const enumeration = file.metadata(path).enum_type;
  if (enumeration && !isBoolean(enumeration.members)) return categoricalOf(file, path, enumeration.members);
  switch (file.datasetKind(path)) {
    case 'string':
      return { kind: 'string', values: file.readStrings(path) };
    case 'boolean':
      return { kind: 'boolean', values: Array.from(toFloat64(file.readNumbers(path)), Boolean) };
    case 'number':
      return { kind: 'number', values: toFloat64(file.readNumbers(path)) };
    default:
      throw notRead(file, path, `a column of ${file.typeName(path)}`);
  }
}

/** An enumeration gives each value a name; values without one are missing. */
function categoricalOf(file: HdfFile, path: string, members: Record<string, number>): Column {
  const categories = Object.keys(members).sort((a, b) => members[a] - members[b]);
  const positions = new Map(categories.map((name, position) => [members[name], position]));
  const codes = Int32Array.from(toFloat64(file.readNumbers(path)), (value) => positions.get(value) ?? -1);
  return { kind: 'categorical', categories, codes };
}

/** @throws FieldMissingError when a column that was asked for is not among `names` */
export function checkChoice(file: HdfFile, path: string, names: readonly string[], only: readonly string[] = []): void {
  const absent = only.find((name) => !names.includes(name));
  if (absent !== undefined) throw new FieldMissingError(file.path, `${path} column '${absent}'`, names);
}

/** Thrown for a column of a kind that has no place in a `Frame`. It is left out, unless it was asked for by name. */
export class UnreadColumnError extends UnsupportedError {
  constructor(
    path: string,
    readonly column: string,
    what: string,
  ) {
    const remedy = "name the columns to read in the option 'obsColumns' or 'varColumns', without this one";
    super(path, column, what, remedy);
    this.name = 'UnsupportedError';
  }

  /** The sentence for `CellSource.notes`. */
  get note(): string {
    return `column ${this.column} is left out: ${this.value} is not supported`;
  }
}

export function notRead(file: HdfFile, path: string, what: string): UnreadColumnError {
  return new UnreadColumnError(file.path, path, what);
}

/**
 * Reads a column; one of a kind that a `Frame` does not hold is left out with a note in `notes`.
 *
 * @throws UnreadColumnError when the column is among those that were asked for
 */
export function readOrNote(
  name: string,
  read: (name: string) => Column,
  notes: string[],
  only?: readonly string[],
): Column | undefined {
  try {
    return read(name);
  } catch (cause) {
    if (!(cause instanceof UnreadColumnError) || only?.includes(name)) throw cause;
    notes.push(cause.note);
    return undefined;
  }
}

/** h5py, and so anndata, stores booleans as this enumeration. */
export function isBoolean(members: Record<string, number>): boolean {
  return Object.keys(members).length === 2 && members['FALSE'] === 0 && members['TRUE'] === 1;
}
