import { StorageError } from '../errors.js';

const REMEDY = 'set GENEFORMER_CACHE to a folder that this user may write to';

/** What the system answers when a folder cannot take what a stage makes, and what to do about it. */
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
 * Turns what the file system answered into a StorageError that says what to do; returns anything else as it is. A stage and
 * its store write in many places, and none of these answers is a defect of the code.
 */
export function storageError(error: unknown): unknown {
  const { code = '', syscall, path, dest, message = '' } = (error ?? {}) as NodeJS.ErrnoException & { dest?: string };
  // Node answers ENOENT where it cannot make the first of several missing folders, whatever the reason.
  if (code === 'ENOENT' && syscall === 'mkdir') {
    return new StorageError(path ?? message, `cannot be made: read-only, or no such disk; ${REMEDY}`, { cause: error });
  }
  if (syscall === undefined || !Object.hasOwn(PROBLEMS, code)) return error;
  return new StorageError(dest ?? path ?? message, PROBLEMS[code] ?? message, { cause: error });
}
