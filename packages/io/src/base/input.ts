import { type ByteSource, FileMissingError } from '@geneformer-ts/core';

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

/** A folder whose files have paths, for messages. */
export interface OpenedFolder extends SourceFolder {
  pathOf(file: string): string;
}

/**
 * Opens a path. Returns a given source with a `close` that leaves it open, because its owner closes it.
 *
 * @throws FileMissingError; FileAccessError
 */
export async function openInput(input: FileInput): Promise<ByteSource> {
  if (typeof input === 'string') return (await import('@geneformer-ts/core/node')).openFile(input);
  const { name, byteLength } = input;
  return { name, byteLength, read: (...range) => input.read(...range), close: () => Promise.resolve() };
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

/** Returns access to the files of a folder. Does not check that the folder exists. */
export async function openFolder(input: FolderInput): Promise<OpenedFolder> {
  if (typeof input !== 'string') {
    const { name } = input;
    return {
      name,
      pathOf: (file) => `${name}/${file}`,
      open: (file) => input.open(file),
      ...(input.list && { list: () => input.list!() }),
    };
  }
  const { fileError, openFile } = await import('@geneformer-ts/core/node');
  const { readdir } = await import('node:fs/promises');
  const { join } = await import('node:path');
  return {
    name: input,
    pathOf: (file) => join(input, file),
    open: (file) => openFile(join(input, file)),
    list: () =>
      readdir(input).catch((cause: unknown) => {
        throw fileError(input, cause);
      }),
  };
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
