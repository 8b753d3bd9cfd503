import { Content } from './content.js';
import { blobBytes } from './blob-bytes.js';
import { dirname, resolve, ROOT, tmpdir } from './paths.js';

/** A file or folder in memory. */
export interface Entry {
  readonly inode: number;
  /** Content of a file; undefined for a folder. */
  content: Content | undefined;
  /** Milliseconds since 1970; also the version of a file. */
  modified: number;
  mode: number;
}

/** All files and folders by absolute path. They last as long as the page. */
const entries = new Map<string, Entry>();
let inodes = 1;
let clock = 0;

/** Returns times that differ for every change, as the versions of files must. */
function tick(): number {
  clock = Math.max(clock + 1, Date.now());
  return clock;
}

/** An error of the file system, with the fields that Node gives it. */
export class SystemError extends Error {
  constructor(
    readonly code: string,
    readonly syscall: string,
    readonly path: string,
  ) {
    super(`${code}: ${MEANING[code] ?? 'failed'}, ${syscall} '${path}'`);
    this.name = 'SystemError';
  }
}

const MEANING: Record<string, string> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EISDIR: 'illegal operation on a directory',
  EEXIST: 'file already exists',
  ENOTEMPTY: 'directory not empty',
  EBADF: 'bad file descriptor',
  ENOSYS: 'not supported in a browser',
};

for (const folder of ['/', ROOT, tmpdir()]) entries.set(folder, newEntry(undefined));

function newEntry(content: Content | undefined): Entry {
  return { inode: inodes++, content, modified: tick(), mode: content ? 0o100644 : 0o40755 };
}

/** Returns the file or folder at a path, or undefined. */
export function find(path: string): Entry | undefined {
  return entries.get(resolve(path));
}

/** @throws SystemError ENOENT */
export function need(path: string, syscall: string): Entry {
  const entry = find(path);
  if (entry) return entry;
  const parent = find(dirname(resolve(path)));
  throw new SystemError(parent?.content ? 'ENOTDIR' : 'ENOENT', syscall, path);
}

/** Marks a file as changed. */
export function touch(entry: Entry): void {
  entry.modified = tick();
}

/** Creates a file or folder, or replaces a file. @throws SystemError */
export function put(path: string, content: Content | undefined, syscall: string): Entry {
  const whole = resolve(path);
  const parent = need(dirname(whole), syscall);
  if (parent.content) throw new SystemError('ENOTDIR', syscall, path);
  const entry = newEntry(content);
  entries.set(whole, entry);
  return entry;
}

/** Returns the names inside a folder. @throws SystemError */
export function namesIn(path: string, syscall: string): string[] {
  if (need(path, syscall).content) throw new SystemError('ENOTDIR', syscall, path);
  const prefix = `${resolve(path).replace(/\/$/, '')}/`;
  return [...entries.keys()]
    .filter((name) => name.startsWith(prefix) && name.length > prefix.length && !name.includes('/', prefix.length))
    .map((name) => name.slice(prefix.length))
    .sort();
}

/** Removes a file, or a folder with all that is in it. */
export function remove(path: string): void {
  const whole = resolve(path);
  entries.delete(whole);
  for (const name of entries.keys()) if (name.startsWith(`${whole}/`)) entries.delete(name);
}

/** Moves a file or folder. @throws SystemError */
export function move(from: string, to: string): void {
  const entry = need(from, 'rename');
  const [source, target] = [resolve(from), resolve(to)];
  if (need(dirname(target), 'rename').content) throw new SystemError('ENOTDIR', 'rename', to);
  if (find(target) && !find(target)!.content && namesIn(target, 'rename').length > 0) {
    throw new SystemError('ENOTEMPTY', 'rename', to);
  }
  if (source === target) return;
  const inside = [...entries].filter(([name]) => name.startsWith(`${source}/`));
  remove(source);
  entries.set(target, entry);
  for (const [name, part] of inside) entries.set(`${target}${name.slice(source.length)}`, part);
}

/**
 * Gives a file in memory the bytes of a `Blob` or `File` without copying them. Runs in a worker.
 *
 * @returns true
 */
export function shareBlob(blob: Blob, path: string): boolean {
  put(path, new Content(blobBytes(blob)), 'open');
  return true;
}

/**
 * Returns a file in memory as a `Blob`, for example for a download.
 *
 * @throws SystemError when it does not exist
 */
export function fileBlob(path: string, type = 'application/octet-stream'): Blob {
  const { content } = need(path, 'open');
  if (!content) throw new SystemError('EISDIR', 'open', path);
  return content.toBlob(type);
}
