import { ArgumentError, type OptionNames, type Progress } from '@geneformer-ts/core';
import type { AnnData } from './anndata.js';
import { carriedOver } from './carried-over.js';
import type { CellFormat, CountMatrix } from './count-matrix.js';
import type { CsrBlock } from './csr.js';
import type { Column } from './data-frame.js';
import type { AnnDataContents } from './encoding/contents.js';
import { ADDABLE, type Changes } from './stored-elements.js';

/** Options of `AnnData.write`. All have defaults. */
export interface WriteOptions {
  /** gzip level of a new file, 0 to 9. Default 1. A copy keeps the compression of its input. */
  compression?: number;
  /** Stops writing. The output keeps its earlier state. */
  signal?: AbortSignal;
  /** Version of a new zarr store, 2 (default, as anndata) or 3. A copy keeps the version of its input. */
  zarrFormat?: 2 | 3;
  /** Receives bytes that are copied, or cells that are written. */
  onProgress?: Progress;
}

export const writeOptionNames: OptionNames<WriteOptions> = {
  compression: true,
  zarrFormat: true,
  signal: true,
  onProgress: true,
};

/** Result of `AnnData.write`. */
export interface WriteReport {
  /** Path of the file that was written. */
  path: string;
  /** Parts of the input that are not in the output. Empty for a copy with additions. */
  notes: readonly string[];
}

/**
 * Writes an `AnnData`: as a copy of its file with additions if the format allows them, else as a new file.
 *
 * @param path default: the file itself
 * @throws ArgumentError; FileAccessError; any error of the reader
 */
export async function writeAnnData(
  adata: AnnData,
  matrix: CountMatrix,
  path: string | undefined,
  options: WriteOptions,
): Promise<WriteReport> {
  const { zarrFormat } = options;
  if (zarrFormat !== undefined && zarrFormat !== 2 && zarrFormat !== 3) {
    throw ArgumentError.of('zarrFormat', zarrFormat, '2 or 3');
  }
  const target = await targetOf(adata, matrix, path);
  const changes: Changes = {
    obs: adata.obs.additions(),
    var: adata.var.additions(),
    layers: adata.layers.additions(),
    obsm: adata.obsm.additions(),
    varm: adata.varm.additions(),
    obsp: adata.obsp.additions(),
    varp: adata.varp.additions(),
    uns: adata.uns.additions(),
    raw: adata.rawChange(),
    removed: Object.fromEntries(ADDABLE.map((name) => [name, adata[name].removals()])) as Changes['removed'],
  };
  const amend = matrix.elements?.amend;
  const format = formatOf(adata.format, target);
  if (amend === undefined || format !== adata.format)
    return writeNew(adata, matrix, { path: target, format }, changes, options);
  const { signal, onProgress } = options;
  await amend(target, changes, { signal, onProgress, isInput: path === undefined });
  return { path: target, notes: [] };
}

/** Format of the output: zarr for a path that ends with `.zarr`, or for a copy of a store unless it ends with `.h5ad`. */
function formatOf(input: CellFormat, path: string): 'h5ad' | 'zarr' {
  if (/\.zarr[\\/]?$/i.test(path)) return 'zarr';
  return input === 'zarr' && !/\.h5ad$/i.test(path) ? 'zarr' : 'h5ad';
}

/** Returns the path to write. @throws ArgumentError */
async function targetOf(
  { path: input, format }: AnnData,
  matrix: CountMatrix,
  path: string | undefined,
): Promise<string> {
  const { elements } = matrix;
  if (path === undefined) {
    if (elements?.amend && elements.diskPath === input) return input;
    const problem = elements?.amend ? 'is not a file on this disk' : `is ${format}, to which nothing can be added`;
    throw new ArgumentError('path', `is missing, and ${input} ${problem}`, "name a file to write: write('out.h5ad')");
  }
  if (typeof path !== 'string') throw ArgumentError.of('path', path, 'the path of a file');
  const { stat } = await import('@geneformer-ts/core/system');
  const [there, own] = await Promise.all(
    [path, elements?.diskPath ?? input].map((name) => stat(name).catch(() => null)),
  );
  if (there && own && there.ino === own.ino && there.dev === own.dev) {
    const remedy = elements?.amend
      ? 'call write() without a path to replace it, or name another file'
      : 'name another file';
    throw new ArgumentError(`path '${path}'`, 'is the file that is read', remedy);
  }
  if (format === 'zarr' && (await isInside(path, input))) {
    throw new ArgumentError(`path '${path}'`, 'is inside the store that is read', 'name a path outside it');
  }
  if (formatOf(format, path) === 'h5ad' && there?.isFile() && there.size > 0 && !(await isHdf5(path))) {
    throw new ArgumentError(
      `path '${path}'`,
      'exists and is not an HDF5 file',
      'name another file, or remove it first',
    );
  }
  return path;
}

/** Returns whether a path leads into a folder. */
async function isInside(path: string, folder: string): Promise<boolean> {
  const { dirname, realpath, resolve, sep } = await import('@geneformer-ts/core/system');
  const whole = (name: string): Promise<string> => realpath(name).catch(() => resolve(name));
  return `${await whole(dirname(resolve(path)))}${sep}`.startsWith(`${await whole(folder)}${sep}`);
}

async function isHdf5(path: string): Promise<boolean> {
  const { openFile } = await import('@geneformer-ts/core/node');
  const file = await openFile(path);
  try {
    const head = await file.read(0, Math.min(8, file.byteLength));
    return [...'\x89HDF\r\n\x1a\n'].every((letter, i) => head[i] === letter.charCodeAt(0));
  } finally {
    await file.close();
  }
}

async function writeNew(
  adata: AnnData,
  matrix: CountMatrix,
  { path, format }: { path: string; format: 'h5ad' | 'zarr' },
  changes: Changes,
  { compression, zarrFormat = 2, signal, onProgress }: WriteOptions,
): Promise<WriteReport> {
  // The type of numbers that were set is the one to write.
  const frame = (name: 'obs' | 'var'): { index: string[]; columns: Map<string, Column> } => ({
    index: adata[name].index,
    columns: new Map([...adata[name].columns, ...(changes[name] as ReadonlyMap<string, Column>)]),
  });
  const { parts, leftOut } = await carriedOver(adata, matrix, (rows) => watched(rows, adata.nObs, signal, onProgress));
  const contents: AnnDataContents = {
    obs: frame('obs'),
    var: frame('var'),
    blocks: watched(matrix.blocks(), adata.nObs, signal, onProgress),
    ...parts,
    ...(compression !== undefined && { compression }),
  };
  if (format === 'zarr') await (await import('./zarr/write.js')).writeZarr(path, contents, zarrFormat);
  else await (await import('./h5ad/write.js')).writeH5ad(path, contents);
  return { path, notes: [...leftOut, ...apart(matrix)].map((part) => `left out: ${part}`) };
}

async function* watched(
  blocks: AsyncIterable<CsrBlock>,
  total: number,
  signal?: AbortSignal,
  onProgress?: Progress,
): AsyncGenerator<CsrBlock> {
  for await (const block of blocks) {
    signal?.throwIfAborted();
    yield block;
    onProgress?.({ stage: 'write', done: block.rowStart + block.rows, total, unit: 'cells' });
  }
}

function apart({ setApart = [] }: CountMatrix): string[] {
  return setApart.map(({ kind, features }) => `features of kind '${kind}' (${features})`);
}
