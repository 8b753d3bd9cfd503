import { printable } from './printable.js';

/**
 * Base class of all errors that Geneformer.ts throws on purpose: a damaged file, a wrong argument, a full disk. The
 * message is one printable line that names file, field, value and remedy. Any other error is a defect.
 */
export abstract class GeneformerError extends Error {
  /** Name of the class. It survives minification, threads and copies of the package. */
  abstract readonly tag: string;

  constructor(message: string, options?: { cause?: unknown }) {
    // Names and values in a message come from files, which may hold anything.
    super(printable(message).trim(), options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
  }
}

/** Thrown when an argument or option of a call is unknown, of the wrong kind or out of range. */
export class ArgumentError extends GeneformerError {
  readonly tag = 'ArgumentError';

  constructor(
    readonly argument: string,
    readonly problem: string,
    readonly remedy: string,
  ) {
    super(`${argument}: ${problem}; ${remedy}`);
  }

  /**
   * Returns the error for a value outside what an argument may be.
   *
   * @example
   * ArgumentError.of('nSplits', 1, 'a whole number from 2').message; // 'nSplits: 1 is not valid; use a whole number from 2'
   */
  static of(argument: string, value: unknown, expected: string): ArgumentError {
    return new ArgumentError(argument, `${shown(value)} is not valid`, `use ${expected}`);
  }
}

/** Thrown when arrays that belong together differ in length, or a matrix does not have the shape that it states. */
export class ShapeError extends GeneformerError {
  readonly tag = 'ShapeError';

  constructor(
    readonly field: string,
    readonly actual: number,
    readonly expected: number,
    readonly remedy: string,
  ) {
    super(`${field}: got ${actual}, expected ${expected}; ${remedy}`);
  }
}

/** Thrown when a value of the data cannot be used: NaN, infinite, or a label out of range. */
export class ValueError extends GeneformerError {
  readonly tag = 'ValueError';

  constructor(
    readonly field: string,
    readonly value: unknown,
    readonly remedy: string,
  ) {
    super(`${field}: ${shown(value)} is not valid; ${remedy}`);
  }
}

/** Text of a value in a message. JSON would turn NaN and Infinity into null. */
function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // JSON has no form for objects that contain themselves.
    return String(value);
  }
}

/**
 * Tells whether `error` was thrown on purpose and, where `tags` are given, is one of those. The check looks at the shape
 * and not at the class, so it also recognizes errors of another copy of the package, of a worker or of another realm.
 *
 * @example
 * if (isGeneformerError(error, 'FileMissingError', 'FormatError')) error.tag; // 'FileMissingError' | 'FormatError'
 */
export function isGeneformerError<const Tag extends string = string>(
  error: unknown,
  ...tags: readonly Tag[]
): error is GeneformerError & { readonly tag: Tag } {
  const { tag, message } = (error ?? {}) as { tag?: unknown; message?: unknown };
  return (
    typeof tag === 'string' &&
    typeof message === 'string' &&
    (tags.length === 0 || (tags as readonly string[]).includes(tag))
  );
}

/** Returns the message of anything that was thrown, as one printable line. */
export function messageOf(cause: unknown): string {
  const message = (cause as { message?: unknown } | null | undefined)?.message;
  return printable(typeof message === 'string' ? message : String(cause));
}
