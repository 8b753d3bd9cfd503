import { FileMissingError } from '@geneformer-ts/core';
import { readTextFile, writeFileAtomic } from '@geneformer-ts/core/node';
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';

/** The largest record that is read, in bytes. Records list the files of a stage; 100,000 files take about 10 MB. */
const MOST_BYTES = 2 ** 27;

/** Returns the text of a record; undefined where it does not exist, '' where its path is not a regular file, such as a pipe. */
export async function readRecord(file: string): Promise<string | undefined> {
  try {
    return await readTextFile(file, MOST_BYTES);
  } catch (error) {
    return error instanceof FileMissingError ? undefined : '';
  }
}

/** Writes a record; replaces anything at its path. */
export async function writeRecord(file: string, text: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found && !found.isFile()) await rm(file, { recursive: true, force: true });
  await writeFileAtomic(file, text);
}

/**
 * Returns whether a name in a record stays inside the folder that it is joined to. Records come from caches that others can write to,
 * and files that a record does not list are removed.
 */
export function staysInside(name: string): boolean {
  return (
    name !== '' &&
    !path.isAbsolute(name) &&
    !/[\\\0]/.test(name) &&
    name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
