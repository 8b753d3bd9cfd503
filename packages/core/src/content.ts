import { FormatError } from './file-errors.js';

/** Number of leading bytes that `checkContent` needs. */
export const HEAD_BYTES = 512;

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';
/** How web pages, and the error messages of object stores, begin. */
const PAGE = /^(<!doctype html|<html|<head|<\?xml|<error>)/i;

/**
 * Refuses content that is often saved instead of a data file: a Git LFS pointer or a web page.
 *
 * @param head the first `HEAD_BYTES` bytes of the file
 * @throws FormatError
 */
export function checkContent(path: string, head: Uint8Array): void {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES))
    .replace(/^ï»¿/, '')
    .trimStart();
  if (text.startsWith(LFS_POINTER)) {
    throw new FormatError(path, 'file', 'is a pointer of Git LFS, not the data', 'fetch the data with: git lfs pull');
  }
  if (PAGE.test(text)) {
    const remedy = 'open it in a text editor to see what the server answered, then download the file again';
    throw new FormatError(path, 'file', 'is a web page, not the data', remedy);
  }
}

/** Returns whether `name`, read from a file, is a plain file name and not a path on any system. */
export function isFileName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name !== '.' && name !== '..' && !/[\\/:\0]/.test(name);
}
