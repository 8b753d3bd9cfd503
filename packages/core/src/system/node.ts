/**
 * What the packages ask of the system: files, paths, threads, digests and compression. In Node these are Node's own functions. Under the
 * condition `browser` of `package.json` the module `browser.ts` takes the place of this one, with the same names over files in memory.
 *
 * @packageDocumentation
 */
export { execFileSync } from 'node:child_process';
export { createHash, randomInt, randomUUID, type Hash } from 'node:crypto';
export {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  type BigIntStats,
  type Stats,
} from 'node:fs';
export {
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  unlink,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
export { availableParallelism, homedir, hostname, tmpdir, totalmem } from 'node:os';
export { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
export { fileURLToPath } from 'node:url';
export {
  MessageChannel,
  parentPort,
  receiveMessageOnPort,
  threadId,
  Worker,
  workerData,
  type MessagePort,
  type WorkerOptions,
} from 'node:worker_threads';
export { crc32, gzipSync, inflateSync } from 'node:zlib';
export { gunzipChunks } from './gunzip.js';

/** The process. Test runners give every file one of its own, so it is not imported. */
export const process: NodeJS.Process = globalThis.process;

/** Gives a file in memory the bytes of a `Blob` without copying them. Node has no such files, so the caller must copy. */
export const shareBlob: (blob: Blob, path: string) => boolean = () => false;

/** Returns a file in memory as a `Blob`. @throws Error in Node, where files are read from disk */
export const fileBlob: (path: string, type?: string) => Blob = (path) => {
  throw new Error(`${path}: files are in memory only in a browser; read it from disk`);
};
