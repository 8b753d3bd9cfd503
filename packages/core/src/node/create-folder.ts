import { dirname, mkdirSync, resolve, statSync } from '#system';

/**
 * Creates a folder and its missing parents. Node's own recursive `mkdir` never returns where the system reports a parent as
 * missing that cannot be created, as below `/proc`.
 *
 * @throws the error of the system for the first folder that cannot be created
 */
export function createFolder(path: string): void {
  const missing: string[] = [];
  let folder = resolve(path);
  for (; !exists(folder) && dirname(folder) !== folder; folder = dirname(folder)) missing.unshift(folder);
  // An existing file is refused by the system, with the right error.
  for (const part of missing.length > 0 ? missing : [folder]) {
    try {
      mkdirSync(part);
    } catch (cause) {
      // Another process may have created it.
      if (!statSync(part, { throwIfNoEntry: false })?.isDirectory()) throw cause;
    }
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
