import { printable } from './printable.js';

/**
 * What every package of Geneformer.ts throws on purpose: a bad file, a wrong argument, a full disk. Its message is one
 * printable line that names file, field, value and remedy. Anything else that is thrown is a defect.
 */
export abstract class GeneformerError extends Error {
  /** What kind of error this is; the same across copies and versions of a package. */
  abstract readonly tag: string;

  constructor(message: string, options?: { cause?: unknown }) {
    // Names and values in a message come from files, which may hold anything.
    super(printable(message).trim(), options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
  }
}

/**
 * Whether `error` was thrown on purpose, and is of one of `tags` where any are given. It looks at the shape and not at
 * the class, so it also knows errors of another copy of the package, of a worker, or of another realm.
 *
 * @example
 * isGeneformerError(error, 'FileMissing'); // error.tag is 'FileMissing'
 */
export function isGeneformerError(error: unknown, ...tags: readonly string[]): error is GeneformerError {
  const { tag, message } = (error ?? {}) as { tag?: unknown; message?: unknown };
  return typeof tag === 'string' && typeof message === 'string' && (tags.length === 0 || tags.includes(tag));
}

/** The message of anything that was thrown, as one printable line. */
export function messageOf(cause: unknown): string {
  const message = (cause as { message?: unknown } | null | undefined)?.message;
  return printable(typeof message === 'string' ? message : String(cause));
}
