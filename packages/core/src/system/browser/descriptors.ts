import { Content } from './content.js';
import { type Entry, find, namesIn, need, put, remove, SystemError, touch } from './disk.js';
import { resolve } from './paths.js';

/** Files opened by number, with the functions of Node that take numbers. */
interface Open {
  entry: Entry;
  /** Where the next write without a position begins. */
  position: number;
  appends: boolean;
}

const opened = new Map<number, Open>();
let next = 3;

/** What `stat` tells of a file or folder. */
export interface FileInfo {
  size: number;
  ino: number;
  dev: number;
  mode: number;
  mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

export function infoOf({ content, inode, modified, mode }: Entry, bigint = false): FileInfo {
  const no = (): boolean => false;
  const number = (value: number): number => (bigint ? (BigInt(value) as unknown as number) : value);
  const times = { mtimeMs: number(modified), mtimeNs: BigInt(modified) * 1_000_000n };
  return {
    ...times,
    size: number(content?.byteLength ?? 0),
    ino: number(inode),
    dev: number(1),
    mode: number(mode),
    isFile: () => content !== undefined,
    isDirectory: () => content === undefined,
    isSymbolicLink: no,
    isFIFO: no,
    isSocket: no,
  };
}

export function existsSync(path: string | URL): boolean {
  return typeof path === 'string' && find(path) !== undefined;
}

export function statSync(path: string, options?: { bigint?: boolean; throwIfNoEntry?: boolean }): FileInfo | undefined {
  if (options?.throwIfNoEntry === false && !find(path)) return undefined;
  return infoOf(need(path, 'stat'), options?.bigint);
}

export function fstatSync(descriptor: number, options?: { bigint?: boolean }): FileInfo {
  return infoOf(open(descriptor).entry, options?.bigint);
}

/** @param flags those of Node as text; a number says whether to write, and is 0 for reading only */
export function openSync(path: string, flags: string | number = 'r'): number {
  const mode = typeof flags === 'number' ? (flags === 0 ? 'r' : 'r+') : flags;
  const existing = find(path);
  if (existing && !existing.content) throw new SystemError('EISDIR', 'open', path);
  if (existing && mode.includes('x')) throw new SystemError('EEXIST', 'open', path);
  let entry = existing;
  if (mode.startsWith('r')) entry = need(path, 'open');
  else if (!entry) entry = put(path, new Content(), 'open');
  else if (mode.startsWith('w')) {
    entry.content?.resize(0);
    touch(entry);
  }
  opened.set(next, { entry, position: 0, appends: mode.startsWith('a') });
  return next++;
}

export function readSync(
  descriptor: number,
  target: Uint8Array,
  offset = 0,
  length = target.byteLength - offset,
  position?: number | null,
): number {
  const file = open(descriptor);
  const at = position ?? file.position;
  const count = file.entry.content!.read(target.subarray(offset, offset + length), at);
  if (position === undefined || position === null) file.position = at + count;
  return count;
}

export function writeSync(
  descriptor: number,
  bytes: Uint8Array,
  offset = 0,
  length = bytes.byteLength - offset,
  position?: number | null,
): number {
  const file = open(descriptor);
  const content = file.entry.content!;
  const at = position ?? (file.appends ? content.byteLength : file.position);
  content.write(bytes.subarray(offset, offset + length), at);
  if (position === undefined || position === null) file.position = at + length;
  touch(file.entry);
  return length;
}

export function ftruncateSync(descriptor: number, length = 0): void {
  const { entry } = open(descriptor);
  entry.content!.resize(length);
  touch(entry);
}

export function closeSync(descriptor: number): void {
  open(descriptor);
  opened.delete(descriptor);
}

export function readFileSync(path: string, encoding?: string): Uint8Array | string {
  const { content } = need(path, 'open');
  if (!content) throw new SystemError('EISDIR', 'read', path);
  const bytes = new Uint8Array(content.byteLength);
  content.read(bytes, 0);
  return encoding === undefined ? bytes : new TextDecoder().decode(bytes);
}

export function writeFileSync(path: string, data: Uint8Array | string): void {
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, typeof data === 'string' ? new TextEncoder().encode(data) : data);
  closeSync(descriptor);
}

export function mkdirSync(path: string, options?: { recursive?: boolean } | number): void {
  const recursive = typeof options === 'object' && options.recursive === true;
  const whole = resolve(path);
  const existing = find(whole);
  if (existing && recursive && !existing.content) return;
  if (existing) throw new SystemError('EEXIST', 'mkdir', path);
  if (recursive) mkdirSync(whole.slice(0, Math.max(1, whole.lastIndexOf('/'))), options);
  put(whole, undefined, 'mkdir');
}

export function rmSync(path: string, options: { recursive?: boolean; force?: boolean } = {}): void {
  const entry = options.force === true ? find(path) : need(path, 'rm');
  if (!entry) return;
  if (!entry.content && options.recursive !== true) {
    throw new SystemError(namesIn(path, 'rm').length > 0 ? 'ENOTEMPTY' : 'EISDIR', 'rm', path);
  }
  remove(path);
}

function open(descriptor: number): Open {
  const file = opened.get(descriptor);
  if (!file) throw new SystemError('EBADF', 'read', String(descriptor));
  return file;
}
