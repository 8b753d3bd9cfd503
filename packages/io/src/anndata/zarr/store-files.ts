import { process } from '@geneformer-ts/core/system';
import { type ByteSource, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { openIfPresent, type OpenedFolder } from '../../base/input.js';

/** Largest file of a store that is read as a whole. Python writes chunks of a few megabytes. */
const MAX_FILE_BYTES = 2 ** 29;

/** Part of a file: from `offset`, or from the end. */
export type FileRange = { offset: number; length: number } | { suffixLength: number };

/** Files of a zarr store. A key is a path inside the store, such as `X/data/0`. */
export interface StoreFiles {
  /** Path or URL of the store, for messages. */
  readonly name: string;
  /** Path of the store, if it is on disk. */
  readonly diskPath: string | undefined;
  /**
   * Reads a file or a part of it.
   *
   * @returns undefined if the file does not exist
   * @throws FileAccessError; FormatError for a key that is not a path inside the store, and for a part outside the file;
   *   UnsupportedError for a link and for a file that is too large
   */
  read(key: string, range?: FileRange): Promise<Uint8Array | undefined>;
  /** Lists a folder of the store; undefined if folders cannot be listed. */
  readonly list?: (folder: string) => Promise<FolderEntry[]>;
}

/** A file or folder inside a folder. */
export interface FolderEntry {
  name: string;
  isFolder: boolean;
}

/** Returns access to the files of a store: a folder on disk, or one whose files a program opens by name. */
export async function storeFiles(folder: OpenedFolder): Promise<StoreFiles> {
  if (folder.diskPath !== undefined) return diskFiles(folder.name, folder.diskPath);
  const names = await folder.list?.();
  return {
    name: folder.name,
    diskPath: undefined,
    async read(key, range) {
      checkKey(folder.name, key);
      const source = await openIfPresent(folder, key);
      return source && readPart(source, range);
    },
    ...(names && { list: async (path) => entriesBelow(names, path) }),
  };
}

/** Returns the entries of a folder, given the paths of all files. */
function entriesBelow(names: readonly string[], folder: string): FolderEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const found = new Map<string, FolderEntry>();
  for (const path of names) {
    if (!path.startsWith(prefix)) continue;
    const [name, ...rest] = path.slice(prefix.length).split('/');
    found.set(name, { name, isFolder: rest.length > 0 });
  }
  return [...found.values()];
}

async function diskFiles(name: string, path: string): Promise<StoreFiles> {
  const { fileError, openFile } = await import('@geneformer-ts/core/node');
  const { join, readdir, realpath } = await import('@geneformer-ts/core/system');
  const root = await realpath(path);
  return {
    name,
    diskPath: path,
    async read(key, range) {
      checkKey(name, key);
      const file = join(root, key);
      const real = await realpath(file).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
        throw fileError(join(path, key), cause);
      });
      if (real === undefined) return undefined;
      // A link could lead to any file of the computer.
      if (real !== file) throw linked(name, key);
      return readPart(await openFile(file), range);
    },
    async list(folder) {
      if (folder !== '') checkKey(name, folder);
      const at = join(root, folder);
      const entries = await readdir(at, { withFileTypes: true }).catch((cause: unknown) => {
        throw fileError(join(path, folder), cause);
      });
      return entries.map((entry) => {
        if (entry.isSymbolicLink()) throw linked(name, folder === '' ? entry.name : `${folder}/${entry.name}`);
        return { name: entry.name, isFolder: entry.isDirectory() };
      });
    },
  };
}

function linked(name: string, key: string): UnsupportedError {
  return new UnsupportedError(name, key, 'a link inside a zarr store', 'replace links by files: cp -rL STORE COPY');
}

/** Reads a file or a part of it, and closes it. */
async function readPart(source: ByteSource, range: FileRange | undefined): Promise<Uint8Array> {
  try {
    const { byteLength } = source;
    const length = range === undefined ? byteLength : 'offset' in range ? range.length : range.suffixLength;
    const offset = range === undefined ? 0 : 'offset' in range ? range.offset : byteLength - length;
    if (length > MAX_FILE_BYTES) {
      const remedy = `write the store with chunks below ${MAX_FILE_BYTES} bytes`;
      throw new UnsupportedError(source.name, 'file', `a chunk of ${length} bytes`, remedy);
    }
    if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > byteLength) {
      const problem = `has ${byteLength} bytes, but a part of ${length} bytes from ${offset} is needed`;
      throw new FormatError(source.name, 'file', problem, 'the store is damaged or incomplete; copy it again');
    }
    return await source.read(offset, length);
  } finally {
    await source.close();
  }
}

/** Names come from files, and must not lead out of the store. @throws FormatError */
export function checkKey(store: string, key: string): void {
  const isPath = key.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'));
  // On Windows a backslash separates names too; elsewhere a column may have one in its name.
  const isSafe = !key.includes('\\') || process.platform !== 'win32';
  if (isPath && isSafe) return;
  throw new FormatError(store, `'${key}'`, 'is not a path inside the store', 'the store is damaged; write it again');
}
