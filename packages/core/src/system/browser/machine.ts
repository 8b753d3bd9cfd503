import { gzipSync as gzip, unzlibSync } from 'fflate';
import { SystemError } from './disk.js';
import { ROOT } from './paths.js';

/** What a program asks of its process, in a page: no variables, no signals, and one process. */
export const process = {
  pid: 1,
  platform: 'browser',
  arch: 'wasm32',
  env: {} as Record<string, string | undefined>,
  execArgv: [] as string[],
  versions: {} as { node?: string },
  stderr: { write: () => true },
  cwd: () => ROOT,
  uptime: () => performance.now() / 1000,
  kill: () => true,
  on: () => undefined,
  off: () => undefined,
  cpuUsage: () => ({ user: performance.now() * 1000, system: 0 }),
  memoryUsage: { rss: () => 0 },
};

interface Machine {
  hardwareConcurrency?: number;
  deviceMemory?: number;
}

function machine(): Machine {
  return (globalThis as { navigator?: Machine }).navigator ?? {};
}

/** Threads of packages are programs for Node, so work that may be shared stays in the thread of the caller. */
export function availableParallelism(): number {
  return 1;
}

/** Browsers tell the memory roughly, at most 8 GB, and some not at all. */
export function totalmem(): number {
  return (machine().deviceMemory ?? 4) * 2 ** 30;
}

export function hostname(): string {
  return 'browser';
}

export const threadId = 0;
export const parentPort = null;
export const workerData = undefined;
export const MessageChannel = globalThis.MessageChannel;

export function receiveMessageOnPort(): undefined {
  return undefined;
}

/** Programs of threads are not part of a bundle. */
export class Worker {
  constructor(program: URL | string) {
    throw new SystemError('ENOSYS', 'thread', String(program));
  }
}

export function execFileSync(file: string): never {
  throw new SystemError('ENOSYS', 'spawn', file);
}

export function readlinkSync(path: string): never {
  throw new SystemError('ENOENT', 'readlink', path);
}

export const constants = { COPYFILE_FICLONE: 2, COPYFILE_FICLONE_FORCE: 4, O_RDONLY: 0 };

export function randomUUID(): string {
  return crypto.randomUUID();
}

export function randomInt(end: number): number {
  return Math.floor(Math.random() * end);
}

/** Decompresses the format of zlib. @throws Error for damaged data, or for more than `maxOutputLength` bytes */
export function inflateSync(bytes: Uint8Array, { maxOutputLength }: { maxOutputLength?: number } = {}): Uint8Array {
  if (maxOutputLength === undefined) return unzlibSync(bytes);
  // One byte more tells apart data that are too long.
  const out = unzlibSync(bytes, { out: new Uint8Array(maxOutputLength + 1) });
  if (out.length > maxOutputLength) throw new RangeError(`more than ${maxOutputLength} bytes`);
  return out;
}

export function gzipSync(bytes: Uint8Array, { level = 6 }: { level?: number } = {}): Uint8Array {
  // Without a time, so that the same data give the same bytes.
  return gzip(bytes, { level: level as 0 | 6, mtime: 0 });
}

/** Undefined, so that callers use their own code. */
export const crc32: ((bytes: Uint8Array) => number) | undefined = undefined;
export const gunzipChunks = undefined;
