import { FileMissingError } from '@geneformer-ts/core';
import { readTextFile, writeFileAtomic } from '@geneformer-ts/core/node';
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';

/** Records list the files of a stage; one of 100,000 files takes some 10 MB. */
const MOST_BYTES = 2 ** 27;

/** Returns the text of a record; undefined where there is none, '' where something else has its name, a pipe for example. */
export async function readRecord(file: string): Promise<string | undefined> {
  try {
    return await readTextFile(file, MOST_BYTES);
  } catch (error) {
    return error instanceof FileMissingError ? undefined : '';
  }
}

/** Writes a record in place of anything that has its name. */
export async function writeRecord(file: string, text: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found && !found.isFile()) await rm(file, { recursive: true, force: true });
  await writeFileAtomic(file, text);
}

/**
 * Whether a name in a record leads to a place inside the folder that it is joined to. Records are read from caches that others can
 * write to, and files that a record does not list are removed.
 */
export function staysInside(name: string): boolean {
  return (
    name !== '' &&
    !path.isAbsolute(name) &&
    !/[\\\0]/.test(name) &&
    name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
