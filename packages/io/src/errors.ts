import { GeneformerError } from '@geneformer-ts/core';

/** Thrown when a path that must exist does not. */
export class FileMissingError extends GeneformerError {
  readonly tag = 'FileMissingError';

  constructor(
    readonly path: string,
    remedy = 'check the path',
    options?: { cause?: unknown },
  ) {
    super(`${path}: no such file or folder; ${remedy}`, options);
  }
}

/** Thrown when the operating system refuses to read or write a path (permissions, a full disk, a folder where a file is meant). */
export class FileAccessError extends GeneformerError {
  readonly tag = 'FileAccessError';

  constructor(
    readonly path: string,
    readonly problem: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: ${problem}`, options);
  }
}

/** Thrown when a folder is to be replaced but holds files of another kind, which would be lost; lists them. */
export class ForeignFilesError extends GeneformerError {
  readonly tag = 'ForeignFilesError';

  constructor(
    readonly path: string,
    readonly files: readonly string[],
    kind: string,
  ) {
    super(
      `${path}: holds files that are not part of ${kind}: ${listSome([...files].sort())}; name another folder, or move them away`,
    );
  }
}

/** Thrown when bytes are not what their format promises: damaged, cut short, inconsistent or of another format. */
export class FormatError extends GeneformerError {
  readonly tag = 'FormatError';

  constructor(
    readonly path: string,
    readonly field: string,
    readonly problem: string,
    readonly remedy: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: ${field}: ${problem}; ${remedy}`, options);
  }
}

/** Thrown when a sound file lacks the field that was asked for; says which ones it has. */
export class FieldMissingError extends GeneformerError {
  readonly tag = 'FieldMissingError';

  constructor(
    readonly path: string,
    readonly field: string,
    readonly available: readonly string[],
    remedy = available.length ? 'choose one of those' : 'give a file that has it',
  ) {
    super(`${path}: no ${field}; the file has ${available.length ? listSome(available) : 'none'}; ${remedy}`);
  }
}

/** Thrown when a file is sound but uses something this package does not read or write (a compression filter, a type). */
export class UnsupportedError extends GeneformerError {
  readonly tag = 'UnsupportedError';

  constructor(
    readonly path: string,
    readonly field: string,
    readonly value: string,
    readonly remedy: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: ${field}: ${value} is not supported; ${remedy}`, options);
  }
}

export const DISK_FULL = 'the disk is full; free space and run again';

/** Turns what the file system threw about `path` into the error of this package that says the same; other errors pass through. */
export function fileError(path: string, cause: unknown): unknown {
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

/** `a, b, c and 12 more`: enough of a list for a one-line message. */
export function listSome(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
