import { fileError } from './file-error.js';
import { readdir } from 'node:fs/promises';

/** Whether a name that a file gives for one beside it is only a name: no path, on any system. */
export function isFileName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name !== '.' && name !== '..' && !/[\\/:\0]/.test(name);
}

/** Those of the names that the folder does not have, whatever their number. @throws FileMissingError, FileAccessError */
export async function absentFrom(folder: string, names: readonly string[]): Promise<string[]> {
  const present = await readdir(folder).catch((cause: unknown) => {
    throw fileError(folder, cause);
  });
  const known = new Set(present);
  return names.filter((name) => !known.has(name));
}
