import { fileError } from './file-error.js';
import { FileAccessError, FormatError } from '../file-errors.js';
import { statSync, type Stats } from 'node:fs';

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
  const text = Buffer.from(head).toString('latin1').replace(/^ï»¿/, '').trimStart();
  if (text.startsWith(LFS_POINTER)) {
    throw new FormatError(path, 'file', 'is a pointer of Git LFS, not the data', 'fetch the data with: git lfs pull');
  }
  if (PAGE.test(text)) {
    const remedy = 'open it in a text editor to see what the server answered, then download the file again';
    throw new FormatError(path, 'file', 'is a web page, not the data', remedy);
  }
}
