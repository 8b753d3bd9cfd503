import { FieldMissingError, UnsupportedError } from '../errors.js';
import type { HdfFile } from './file.js';

/** @throws FieldMissingError when a column that was asked for is not among `names` */
export function checkChoice(file: HdfFile, path: string, names: readonly string[], only: readonly string[] = []): void {
  const absent = only.find((name) => !names.includes(name));
  if (absent !== undefined) throw new FieldMissingError(file.path, `${path} column '${absent}'`, names);
}

/** The error for a column of a kind that has no place in a `Frame`, with the way round it. */
export function notRead(file: HdfFile, path: string, what: string): UnsupportedError {
  return new UnsupportedError(
    file.path,
    path,
    what,
    "name the columns to read in the option 'obsColumns' or 'varColumns', without this one",
  );
}
