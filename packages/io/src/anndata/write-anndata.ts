import { ArgumentError, type OptionNames, type Progress } from '@geneformer-ts/core';
import type { AnnData } from './anndata.js';
import type { CountMatrix } from './count-matrix.js';
import type { CsrBlock } from './csr.js';
import type { Column } from './data-frame.js';
import type { Additions, Group } from './stored-elements.js';

/** Options of `AnnData.write`. All have defaults. */
export interface WriteOptions {
  /** gzip level of a new file, 0 to 9. Default 1. A copy of an h5ad file keeps the compression of its input. */
  compression?: number;
  /** Stops writing. The output keeps its earlier state. */
  signal?: AbortSignal;
  /** Receives bytes that are copied, or cells that are written. */
  onProgress?: Progress;
}

export const writeOptionNames: OptionNames<WriteOptions> = { compression: true, signal: true, onProgress: true };

/** Result of `AnnData.write`. */
export interface WriteReport {
  /** Path of the file that was written. */
  path: string;
  /** Parts of the input that are not in the output. Empty for h5ad files of anndata 0.7 and later. */
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
  const target = await targetOf(adata, matrix, path);
  const additions: Additions = {
    obs: adata.obs.additions(),
    var: adata.var.additions(),
    obsm: adata.obsm.additions(),
    varm: adata.varm.additions(),
    uns: adata.uns.additions(),
  };
  const amend = matrix.elements?.amend;
  if (amend === undefined) return writeNew(adata, matrix, target, additions, options);
  const { signal, onProgress } = options;
  await amend(target, additions, { signal, onProgress, isInput: path === undefined });
  return { path: target, notes: [] };
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
  const { stat } = await import('node:fs/promises');
  const [there, own] = await Promise.all(
    [path, elements?.diskPath ?? input].map((name) => stat(name).catch(() => null)),
  );
  if (there && own && there.ino === own.ino && there.dev === own.dev) {
    const remedy = elements?.amend
      ? 'call write() without a path to replace it, or name another file'
      : 'name another file';
    throw new ArgumentError(`path '${path}'`, 'is the file that is read', remedy);
  }
  if (there?.isFile() && there.size > 0 && !(await isHdf5(path))) {
    throw new ArgumentError(
      `path '${path}'`,
      'exists and is not an HDF5 file',
      'name another file, or remove it first',
    );
  }
  return path;
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
  path: string,
  additions: Additions,
  { compression, signal, onProgress }: WriteOptions,
): Promise<WriteReport> {
  const { writeH5ad } = await import('./h5ad/write.js');
  // The type of numbers that were set is the one to write.
  const frame = (name: 'obs' | 'var'): { index: string[]; columns: Map<string, Column> } => ({
    index: adata[name].index,
    columns: new Map([...adata[name].columns, ...(additions[name] as ReadonlyMap<string, Column>)]),
  });
  await writeH5ad(path, {
    obs: frame('obs'),
    var: frame('var'),
    blocks: watched(matrix.blocks(), adata.nObs, signal, onProgress),
    obsm: Object.fromEntries(additions.obsm),
    varm: Object.fromEntries(additions.varm),
    uns: Object.fromEntries(additions.uns),
    ...(compression !== undefined && { compression }),
  });
  return { path, notes: [...leftOut(matrix), ...apart(matrix)].map((part) => `left out: ${part}`) };
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

function leftOut({ elements }: CountMatrix): string[] {
  const groups: Group[] = ['obsm', 'varm', 'obsp', 'varp', 'uns'];
  const filled = groups.filter((group) => (elements?.keys(group).length ?? 0) > 0);
  const matrices = elements?.matrices.filter((name) => name !== 'X') ?? [];
  return [...filled, ...matrices.map((name) => (name === 'raw' ? name : `layer '${name}'`))];
}

function apart({ setApart = [] }: CountMatrix): string[] {
  return setApart.map(({ kind, features }) => `features of kind '${kind}' (${features})`);
}
