import { fileError } from './file-error.js';
import { FileAccessError } from '../file-errors.js';
import { type Stats, statSync } from '#system';

/**
 * Checks that `path` is a regular file, or a link to one, before it is opened: opening a named pipe waits for a writer, and
 * reading a device may never end.
 *
 * @throws FileMissingError, FileAccessError
 */
export function checkRegular(path: string): Stats {
  let info: Stats;
  try {
    info = statSync(path);
  } catch (cause) {
    throw fileError(path, cause);
  }
  if (info.isFile()) return info;
  const kind = info.isDirectory() ? 'folder' : info.isFIFO() ? 'named pipe' : info.isSocket() ? 'socket' : 'device';
  const remedy = kind === 'named pipe' ? 'write its content to a file and name that' : 'name a file';
  throw new FileAccessError(path, `is a ${kind}; ${remedy}`);
}
