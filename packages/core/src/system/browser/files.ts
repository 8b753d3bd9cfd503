import {
  closeSync,
  type FileInfo,
  fstatSync,
  ftruncateSync,
  infoOf,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from './descriptors.js';
import { find, move, namesIn, need, put, remove, SystemError } from './disk.js';
import { join, resolve } from './paths.js';

/** An open file with the asynchronous methods of Node's `FileHandle` that the packages use. */
class Handle {
  constructor(readonly fd: number) {}

  read(target: Uint8Array, offset = 0, length = target.byteLength - offset, position: number | null = null) {
    return later(() => ({ bytesRead: readSync(this.fd, target, offset, length, position), buffer: target }));
  }

  write(data: Uint8Array | string, offset = 0, length?: number, position: number | null = null) {
    const bytes = bytesOf(data);
    return later(() => ({ bytesWritten: writeSync(this.fd, bytes, offset, length, position) }));
  }

  writev(parts: readonly ArrayBufferView[]) {
    return later(() => {
      for (const { buffer, byteOffset, byteLength } of parts) {
        writeSync(this.fd, new Uint8Array(buffer, byteOffset, byteLength));
      }
    });
  }

  writeFile(data: Uint8Array | string): Promise<void> {
    return later(() => void writeSync(this.fd, bytesOf(data)));
  }

  truncate(length = 0): Promise<void> {
    return later(() => ftruncateSync(this.fd, length));
  }

  stat(options?: { bigint?: boolean }): Promise<FileInfo> {
    return later(() => fstatSync(this.fd, options));
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return later(() => closeSync(this.fd));
  }
}

export function open(path: string, flags?: string): Promise<Handle> {
  return later(() => new Handle(openSync(path, flags)));
}

export function stat(path: string, options?: { bigint?: boolean }): Promise<FileInfo> {
  return later(() => infoOf(need(path, 'stat'), options?.bigint));
}

/** Files in memory have no links. */
export function lstat(path: string, options?: { bigint?: boolean }): Promise<FileInfo> {
  return stat(path, options);
}

export function realpath(path: string): Promise<string> {
  return later(() => (need(path, 'realpath'), resolve(path)));
}

export function chmod(path: string, mode: number): Promise<void> {
  return later(() => {
    const entry = need(path, 'chmod');
    entry.mode = (entry.mode & ~0o7777) | mode;
  });
}

/** Takes no time, because both files share their bytes until one is written. */
export function copyFile(from: string, to: string): Promise<void> {
  return later(() => {
    const { content } = need(from, 'copyfile');
    if (!content) throw new SystemError('EISDIR', 'copyfile', from);
    put(to, content.clone(), 'copyfile');
  });
}

export function link(from: string, to: string): Promise<void> {
  return copyFile(from, to);
}

export function rename(from: string, to: string): Promise<void> {
  return later(() => move(from, to));
}

export function rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
  return later(() => rmSync(path, options));
}

export function unlink(path: string): Promise<void> {
  return later(() => rmSync(path));
}

export function rmdir(path: string): Promise<void> {
  return later(() => {
    if (namesIn(path, 'rmdir').length > 0) throw new SystemError('ENOTEMPTY', 'rmdir', path);
    remove(path);
  });
}

export function mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
  return later(() => mkdirSync(path, options));
}

export function mkdtemp(prefix: string): Promise<string> {
  return later(() => {
    let number = 0;
    while (find(`${prefix}${number}`)) number++;
    mkdirSync(`${prefix}${number}`, { recursive: true });
    return `${prefix}${number}`;
  });
}

/** @param path of a file in memory, or the address of a file that belongs to the page */
export async function readFile(
  path: string | URL,
  encoding?: string | { encoding?: string },
): Promise<Uint8Array | string> {
  const charset = typeof encoding === 'object' ? encoding.encoding : encoding;
  if (typeof path === 'string') return readFileSync(path, charset);
  const response = await fetch(path);
  if (!response.ok) throw new SystemError('ENOENT', 'open', path.pathname);
  return charset === undefined ? new Uint8Array(await response.arrayBuffer()) : response.text();
}

export function writeFile(path: string, data: Uint8Array | string): Promise<void> {
  return later(() => writeFileSync(path, data));
}

/** What a folder tells of a file or folder in it. */
interface FolderEntry extends Pick<FileInfo, 'isFile' | 'isDirectory' | 'isSymbolicLink'> {
  name: string;
  parentPath: string;
}

export function readdir(
  path: string,
  options: { withFileTypes?: boolean; recursive?: boolean } = {},
): Promise<(string | FolderEntry)[]> {
  return later(() => {
    const entries: FolderEntry[] = [];
    const list = (folder: string): void => {
      for (const name of namesIn(folder, 'scandir')) {
        const info = infoOf(need(join(folder, name), 'stat'));
        const { isFile, isDirectory, isSymbolicLink } = info;
        entries.push({ name, parentPath: folder, isFile, isDirectory, isSymbolicLink });
        if (options.recursive === true && info.isDirectory()) list(join(folder, name));
      }
    };
    list(path);
    if (options.withFileTypes === true) return entries;
    return entries.map(({ name, parentPath }) => join(parentPath, name).slice(join(path, 'x').length - 1));
  });
}

/** The free memory for files is not known. */
export function statfs(): Promise<{ bavail: number; bsize: number }> {
  return Promise.resolve({ bavail: Infinity, bsize: 1 });
}

export async function* createReadStream(
  path: string,
  { highWaterMark = 1 << 16 }: { highWaterMark?: number } = {},
): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    for (;;) {
      const chunk = new Uint8Array(highWaterMark);
      const { bytesRead } = await file.read(chunk);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data;
}

/** Runs a call so that its errors become rejections, as those of Node are. */
function later<T>(call: () => T): Promise<T> {
  return new Promise((resolve) => resolve(call()));
}
