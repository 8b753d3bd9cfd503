import { ArgumentError, type ByteSource, FileAccessError, FileMissingError } from '@geneformer-ts/core';
import { wrongKind } from './wrong-kind.js';

/** A file to read: its path, which needs Node, or a source of its bytes, which its owner closes. */
export type FileInput = string | ByteSource;

/**
 * Files of one folder, wherever they are: dropped on a page, behind a URL, in memory.
 *
 * @example
 * const open = async (name: string) => {
 *   const file = dropped.get(name);
 *   if (!file) throw new FileMissingError(name);
 *   return blobSource(file);
 * };
 * const dataset = await openDataset({ name: 'cells.dataset', open });
 */
export interface SourceFolder {
  /** Path or URL, for messages. */
  readonly name: string;
  /** Opens a file of the folder. @throws FileMissingError when there is none, which readers rely on */
  open(file: string): Promise<ByteSource>;
  /** Names of the files. Without it, a message cannot list the existing or the missing files. */
  list?(): Promise<readonly string[]>;
}

/** A folder to read: its path, which needs Node, or access to its files. */
export type FolderInput = string | SourceFolder;

/**
 * A folder whose files have paths, for messages. A file that is opened again must be in the state in which it was opened
 * first, so that all parts that are read belong together; other states are a FileAccessError.
 */
export interface OpenedFolder extends SourceFolder {
  /** Path of the folder, if it is on disk. */
  readonly diskPath?: string;
  pathOf(file: string): string;
  /**
   * Checks that the files that were opened have not changed since, if they are on disk.
   *
   * @param path where the folder is now, if it was moved
   * @throws FileAccessError; FileMissingError
   */
  checkUnchanged(path?: string): void;
}

/**
 * Opens a path. Returns a given source with a `close` that leaves it open, because its owner closes it.
 *
 * @throws FileMissingError; FileAccessError; ArgumentError for another kind of input
 */
export async function openInput(input: FileInput): Promise<ByteSource> {
  checkInput(input, 'file');
  if (typeof input === 'string') return (await import('@geneformer-ts/core/node')).openFile(input);
  return { ...checkedSource(input, 'file'), close: () => Promise.resolve() };
}

/** Returns a source of the caller's that is refused when a read gives another number of bytes than was asked for. */
function checkedSource(source: ByteSource, argument: string): ByteSource {
  checkInput(source, argument);
  const { name, byteLength } = source;
  return {
    name,
    byteLength,
    async read(offset, length, signal) {
      const bytes = await source.read(offset, length, signal);
      if (ArrayBuffer.isView(bytes) && bytes.byteLength === length) return bytes;
      const given = ArrayBuffer.isView(bytes) ? `${bytes.byteLength} bytes` : 'no bytes';
      const problem = `gave ${given} instead of ${length} from ${offset} on; it changed, or its function read is wrong`;
      throw new FileAccessError(name, problem);
    },
    close: () => source.close(),
  };
}

const EXPECTED = {
  file: 'a path, bytesSource(bytes), blobSource(file) or await openUrl(address)',
  folder: 'the path of a folder, or { name, open }',
  'file or folder':
    'a path, bytesSource(bytes), blobSource(file), await openUrl(address), or { name, open } for a folder',
};

/** Checks that an argument is a path or a source. @throws ArgumentError saying how to make a source */
export function checkInput(input: unknown, argument: string, kind: keyof typeof EXPECTED = 'file'): void {
  if (typeof input === 'string') return checkPath(input);
  const { name, byteLength, read, open } = (input ?? {}) as Partial<ByteSource & SourceFolder>;
  const isFile = Number.isSafeInteger(byteLength) && byteLength! >= 0 && typeof read === 'function';
  const isFolder = typeof open === 'function';
  const fits = (kind !== 'folder' && isFile) || (kind !== 'file' && isFolder);
  if (!fits || typeof name !== 'string') throw wrongKind(argument, input, EXPECTED[kind]);
}

/** @throws ArgumentError for what cannot be the path of a folder */
export function checkFolderPath(path: unknown): asserts path is string {
  if (typeof path !== 'string') throw wrongKind('path', path, 'the path of a folder');
  checkPath(path);
}

function checkPath(path: string): void {
  if (path === '') throw new ArgumentError('path', 'is empty', "name a file or folder; '.' is the current folder");
  if (path.includes('\0')) throw new ArgumentError(`path '${path}'`, 'holds a null character', 'remove it');
}

/** Calls `use` with an open input and closes it. */
export async function withInput<Result>(
  input: FileInput,
  use: (source: ByteSource) => Promise<Result>,
): Promise<Result> {
  const source = await openInput(input);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

/** Returns access to the files of a folder. Does not check that the folder exists. @throws ArgumentError */
export async function openFolder(input: FolderInput): Promise<OpenedFolder> {
  checkInput(input, 'folder', 'folder');
  if (typeof input !== 'string') {
    const { name } = input;
    return {
      name,
      pathOf: (file) => `${name}/${file}`,
      open: async (file) => checkedSource(await input.open(file), `folder.open('${file}')`),
      checkUnchanged() {
        // A source has no version.
      },
      ...(input.list && { list: () => input.list!() }),
    };
  }
  const { fileError, fileVersion, openFile } = await import('@geneformer-ts/core/node');
  const { join, readdir } = await import('@geneformer-ts/core/system');
  const versions = new Map<string, string>();
  return {
    name: input,
    diskPath: input,
    pathOf: (file) => join(input, file),
    async open(file) {
      const source = await openFile(join(input, file));
      const first = versions.get(file);
      versions.set(file, first ?? source.version);
      if (first === undefined || first === source.version) return source;
      await source.close();
      throw changed(source.name);
    },
    checkUnchanged(path = input) {
      for (const [file, version] of versions) {
        if (fileVersion(join(path, file)) !== version) throw changed(join(input, file));
      }
    },
    list: () =>
      readdir(input).catch((cause: unknown) => {
        throw fileError(input, cause);
      }),
  };
}

/** Returns the error for a file that is not the one that was opened. */
export function changed(path: string): FileAccessError {
  const problem =
    'changed or was replaced after it was opened; check that no other program writes it, and open it again';
  return new FileAccessError(path, problem);
}

/** Calls `use` with an open file of a folder and closes it. */
export async function withFile<Result>(
  folder: SourceFolder,
  file: string,
  use: (source: ByteSource) => Promise<Result>,
): Promise<Result> {
  const source = await folder.open(file);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

/** Opens a file of a folder, or returns undefined if it does not exist. */
export async function openIfPresent(folder: SourceFolder, file: string): Promise<ByteSource | undefined> {
  return folder.open(file).catch((error: unknown) => {
    if (error instanceof FileMissingError) return undefined;
    throw error;
  });
}

/** Returns the names that a folder does not contain; empty if its files cannot be listed. */
export async function missingFrom(folder: SourceFolder, files: readonly string[]): Promise<string[]> {
  if (!folder.list) return [];
  const present = new Set(await folder.list());
  return files.filter((file) => !present.has(file));
}
