import { blobOf, type ByteSource, FileAccessError, FormatError, HEAD_BYTES } from '@geneformer-ts/core';
import { fileError, temporaryFolder } from '@geneformer-ts/core/node';
import { join, open, process, rmSync, statfs, tmpdir, shareBlob } from '@geneformer-ts/core/system';
import { firstBytes, readChunks } from '../../base/bytes.js';
import { type FileInput, withInput } from '../../base/input.js';

/** An HDF5 file on disk: at a path that the caller gave, or a temporary copy of a source, which `remove` deletes. */
export interface DiskFile {
  /** Path, file name or URL that the caller gave, for messages. */
  readonly name: string;
  readonly path: string;
  /** Removing twice is allowed. */
  remove(): void;
}

/** Formats in which a whole HDF5 file may be compressed: first bytes, name, and command to decompress it. */
const COMPRESSED: [signature: number[], name: string, remedy: string][] = [
  [[0x1f, 0x8b], 'compressed with gzip', 'gunzip FILE'],
  [[0x50, 0x4b, 3, 4], 'a zip archive', 'unzip FILE'],
  [[0x42, 0x5a, 0x68], 'compressed with bzip2', 'bunzip2 FILE'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed with xz', 'unxz FILE'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed with zstd', 'unzstd FILE'],
];

/** A path, a source, or a file that `toDisk` returned. */
export type HdfInput = FileInput | DiskFile;

/**
 * Returns the file at a path, or a copy of a source. Checks that it is not empty and not compressed as a whole.
 *
 * @throws FileMissingError; FileAccessError; FormatError
 */
export function toDisk(input: FileInput): Promise<DiskFile> {
  return withInput(input, async (source) => {
    const path = source.name;
    const head = await firstBytes(source, HEAD_BYTES);
    if (head.length === 0) throw new FormatError(path, 'file', 'is empty', 'download or write it again');
    const compressed = COMPRESSED.find(([signature]) => signature.every((byte, i) => head[i] === byte));
    if (compressed) {
      throw new FormatError(path, 'file', `is ${compressed[1]}, not HDF5`, `decompress it first: ${compressed[2]}`);
    }
    return typeof input === 'string'
      ? { name: path, path, remove: () => undefined }
      : copyToDisk(source, blobOf(input));
  });
}

/** Folders of copies that exist. */
const folders = new Set<string>();

/**
 * Copies a source to a temporary file for the HDF5 library, which opens files by path. The copy is removed when the process
 * ends, and those of killed processes are removed before the next copy.
 *
 * @param blob the same bytes as a Blob, which a browser reads in place
 * @throws FileAccessError, also before anything is written when the copy does not fit the disk; any error of the source
 */
export async function copyToDisk(source: ByteSource, blob?: Blob): Promise<DiskFile> {
  const { name, byteLength } = source;
  await checkRoom(name, byteLength);
  const folder = await temporaryFolder(join(tmpdir(), 'geneformer-io')).catch((cause: unknown) => {
    throw fileError(tmpdir(), cause);
  });
  if (folders.size === 0) process.on('exit', removeAll);
  folders.add(folder);
  const path = join(folder, 'copy.h5');
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    if (folders.delete(folder) && folders.size === 0) process.off('exit', removeAll);
  };
  try {
    if (blob && shareBlob(blob, path)) return { name, path, remove };
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const chunk of readChunks(source)) await file.writeFile(chunk);
    } finally {
      await file.close();
    }
    return { name, path, remove };
  } catch (cause) {
    remove();
    throw fileError(path, cause);
  }
}

/** The size of a source is what its server claims, so it is compared with the disk before the disk is full. */
async function checkRoom(name: string, bytes: number): Promise<void> {
  const info = await statfs(tmpdir()).catch(() => undefined);
  const free = info === undefined ? Infinity : info.bavail * info.bsize;
  if (bytes <= free) return;
  const problem = `has ${bytes} bytes, and a temporary copy does not fit into ${tmpdir()}, which has ${free} bytes free`;
  throw new FileAccessError(name, `${problem}; set TMPDIR to a folder on a larger disk, or open the file by its path`);
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
