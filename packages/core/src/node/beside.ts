import { fileError } from './file-error.js';
import { readdir } from '#system';

/** Returns the names that the folder does not contain. @throws FileMissingError, FileAccessError */
export async function absentFrom(folder: string, names: readonly string[]): Promise<string[]> {
  const present = await readdir(folder).catch((cause: unknown) => {
    throw fileError(folder, cause);
  });
  const known = new Set(present);
  return names.filter((name) => !known.has(name));
}
