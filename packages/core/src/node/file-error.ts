import { ArgumentError } from '../errors.js';
import { FileAccessError, FileMissingError } from '../file-errors.js';

/** Message for a full disk. */
export const DISK_FULL = 'the disk is full; free space and run again';

/**
 * Returns the error of this package for an error of the file system at `path`, or for a path that it does not take;
 * returns other errors unchanged.
 */
export function fileError(path: string, cause: unknown): unknown {
  if (typeof path !== 'string') return ArgumentError.of('path', path, 'the path of a file or folder as text');
  if (path.includes('\0')) return new ArgumentError(`path '${path}'`, 'holds a null character', 'remove it');
  if (!isSystemError(cause)) return cause;
  const { code } = cause;
  if (code === 'ENOENT') return new FileMissingError(path, undefined, { cause });
  if (code === 'ENOTDIR') return new FileAccessError(path, 'a part of the path is a file, not a folder', { cause });
  if (code === 'EISDIR') return new FileAccessError(path, 'is a folder; name a file', { cause });
  if (code === 'EACCES' || code === 'EPERM')
    return new FileAccessError(path, 'permission denied; check its owner and mode', { cause });
  if (code === 'ENOSPC' || code === 'EDQUOT') return new FileAccessError(path, DISK_FULL, { cause });
  return new FileAccessError(path, cause.message, { cause });
}

/** Structural, because an error may come from another realm of the same process. */
function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return typeof cause === 'object' && cause !== null && 'syscall' in cause && 'message' in cause;
}
