import { UnsupportedError } from '@geneformer-ts/core';
import { FieldMissingError } from '../errors.js';
import type { Column } from '../frame.js';
import type { HdfFile } from './file.js';

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
