import { ArgumentError } from '@geneformer-ts/core';
import { openFile, sha256, sha256File } from '@geneformer-ts/core/node';
import { createHash, type Hash, join, readdir, stat } from '@geneformer-ts/core/system';
import type { AnnData } from '@geneformer-ts/io';

/** Files up to this size are read completely. */
const WHOLE = 2 ** 26;
/** Of larger inputs, so many blocks at equal distances are read. */
const BLOCKS = 64;

interface InputFile {
  name: string;
  path: string;
  size: number;
}

/**
 * Returns a digest of the cells of a run: names of cells and genes, and the content of the file or folder. Of more than 64 MB, sizes and
 * 64 blocks of 1 MB at equal distances are read, so that a shard of a large file need not read all of it. Copies of a file have the same digest.
 *
 * @throws ArgumentError if the cells are not a file or folder on disk
 */
export async function inputDigest(cells: AnnData): Promise<string> {
  const files = await filesOf(cells.path);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([cells.format, cells.nObs, cells.nVars]));
  hash.update(sha256(cells.obs.index.join('\n')));
  hash.update(sha256(cells.var.index.join('\n')));
  hash.update(JSON.stringify(files.map(({ name, size }) => [name, size])));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= WHOLE) for (const { path } of files) hash.update(await sha256File(path));
  else await addBlocks(hash, files, total);
  return hash.digest('hex');
}

async function filesOf(path: string): Promise<InputFile[]> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isFile() === true) return [{ name: '', path, size: info.size }];
  if (info?.isDirectory() !== true) {
    throw new ArgumentError(
      'cells',
      `'${path}' is not a file on this disk`,
      'copy it to a disk that all shards can read',
    );
  }
  const names = await readdir(path, { recursive: true });
  const found = await Promise.all(
    names.sort().map(async (name) => ({ name, path: join(path, name), info: await stat(join(path, name)) })),
  );
  return found.filter((file) => file.info.isFile()).map((file) => ({ ...file, size: file.info.size }));
}

async function addBlocks(hash: Hash, files: readonly InputFile[], total: number): Promise<void> {
  const length = WHOLE / BLOCKS;
  let [at, before] = [0, 0];
  for (let block = 0; block < BLOCKS; block++) {
    const offset = Math.floor((block * (total - length)) / (BLOCKS - 1));
    while (offset >= before + files[at].size) before += files[at++].size;
    const source = await openFile(files[at].path);
    try {
      hash.update(await source.read(offset - before, Math.min(length, before + files[at].size - offset)));
    } finally {
      await source.close();
    }
  }
}
