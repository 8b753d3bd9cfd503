import { StorageError } from '../errors.js';

const REMEDY = 'set GENEFORMER_CACHE to a folder that this user may write to';

/** Error codes of a folder that cannot be written to, and the message with its remedy. */
const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free space there, or set GENEFORMER_CACHE to a folder on another disk',
  EDQUOT: 'the quota of the disk is used up; free space there, or set GENEFORMER_CACHE to a folder on another disk',
  EROFS: `the file system is read-only; ${REMEDY}`,
  EACCES: `permission denied; check owner and mode, or ${REMEDY}`,
  EPERM: `permission denied; check owner and mode, or ${REMEDY}`,
  ENOTDIR: `a part of the path is a file, not a folder; ${REMEDY}`,
  EEXIST: `is a file, not a folder; ${REMEDY}`,
  EIO: 'the disk reports an error; check it, and run the same command again',
  EMFILE: 'too many open files; raise the limit with ulimit -n and run the same command again',
  ENFILE: 'too many open files; raise the limit of the system and run the same command again',
  ENAMETOOLONG: `the path is too long; ${REMEDY}`,
};

/**
 * Converts an error of the file system into a StorageError with a remedy; returns any other error unchanged. Stages and the store
 * write in many places, and none of these errors is a bug in the code.
 */
export function storageError(error: unknown): unknown {
  const { code = '', syscall, path, dest, message = '' } = (error ?? {}) as NodeJS.ErrnoException & { dest?: string };
  // Node reports ENOENT when it cannot create the first of several missing folders, whatever the reason.
  if (code === 'ENOENT' && syscall === 'mkdir') {
    return new StorageError(path ?? message, `cannot be created: read-only or missing disk; ${REMEDY}`, {
      cause: error,
    });
  }
  if (syscall === undefined || !Object.hasOwn(PROBLEMS, code)) return error;
  return new StorageError(dest ?? path ?? message, PROBLEMS[code] ?? message, { cause: error });
}
