import { GeneformerError } from './errors.js';
import { listSome } from './printable.js';

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
