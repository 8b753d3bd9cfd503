import { ArgumentError, listSome, UnsupportedError } from '@geneformer-ts/core';
import { fileError } from '@geneformer-ts/core/node';
import { readdir, stat } from 'node:fs/promises';
import { firstBytes } from '../base/bytes.js';
import { openCsv } from './csv/open.js';
import { readTextTable, type TextTable } from './csv/table.js';
import { selectFeatures } from './features/select.js';
import { findDuplicates, noFrame } from './frame.js';
import { modalitiesOf } from './h5ad/locate.js';
import { openH5ad } from './h5ad/open.js';
import { HdfFile } from './hdf5/file.js';
import { idColumns, joinFrame } from './join.js';
import { openLoom } from './loom.js';
import { openMtx } from './mtx/open.js';
import type { CellFormat, CellSource, OpenOptions } from './source.js';
import { openTenx } from './tenx.js';

/**
 * Opens a cells x genes matrix and streams it as blocks of compressed sparse rows, even if the file stores it by genes.
 *
 * Reads AnnData h5ad (0.5 to today; compressed rows, compressed columns or dense), one modality of MuData h5mu, loom (2 and
 * 3), Cell Ranger HDF5 matrices (2 and 3), Matrix Market folders and dense CSV/TSV tables. Detects the format from the
 * content.
 *
 * A matrix stored by rows is streamed in one pass. A matrix stored by genes takes a counting pass and a second pass, with a
 * temporary file if it is large. Memory is bounded in both cases.
 *
 * @throws FileMissingError; FileAccessError; FormatError; FieldMissingError; UnsupportedError; ArgumentError
 * @example
 * const cells = await openCells('pbmc3k.h5ad');
 * [cells.nObs, cells.nVars]; // [ 2700, 32738 ]
 * for await (const { rowStart, rows } of cells.blocks({ rows: 1024 })) console.log(rowStart, rows); // 0 1024 …
 * await cells.close();
 */
export async function openCells(path: string, options: OpenOptions = {}): Promise<CellSource> {
  const format = options.format ?? (await detectFormat(path));
  const metadata = options.obs === undefined ? undefined : await readTextTable(options.obs);
  if (options.obsJoin !== undefined && !metadata) {
    throw new ArgumentError(
      'obsJoin',
      'there is no table to join',
      "set the option 'obs' to a table or omit 'obsJoin'",
    );
  }
  // The choice of features needs `var`, even if the caller does not.
  const chosen = options.columns !== undefined;
  const tables = chosen || options.matrixOnly !== true ? options : { ...options, matrixOnly: false, obsColumns: [] };
  const source = await open(path, format, tables, metadata);
  try {
    const selected = selectFeatures(source, options);
    if (options.matrixOnly === true) return { ...selected, obs: noFrame(), var: noFrame() };
    return withCells(selected, options, metadata);
  } catch (cause) {
    await source.close();
    throw cause;
  }
}

/** Joins `metadata`, selects the requested columns of `var`, and adds notes on the cells. */
function withCells(source: CellSource, options: OpenOptions, metadata: TextTable | undefined): CellSource {
  const { path, var: genes } = source;
  const duplicateCells = findDuplicates(source.obs.index);
  const joined = metadata && joinFrame(source.obs, metadata, path, options.obs!, options.obsJoin);
  const notes = [...(source.notes ?? []), ...(joined?.notes ?? [])];
  if (duplicateCells) {
    const { rows, first } = duplicateCells;
    notes.push(`${rows} cells have the name of an earlier cell: ${listSome(first)}`);
  }
  const wanted = options.varColumns;
  return {
    ...source,
    obs: joined?.obs ?? source.obs,
    var: wanted ? { ...genes, columns: new Map([...genes.columns].filter(([name]) => wanted.includes(name))) } : genes,
    ...(duplicateCells && { duplicateCells }),
    ...(notes.length > 0 && { notes }),
  };
}

async function open(path: string, format: CellFormat, options: OpenOptions, metadata?: TextTable): Promise<CellSource> {
  if (options.modality !== undefined && format !== 'h5ad') {
    const problem = `a ${format} file has no '${options.modality}'`;
    throw new ArgumentError('modality', problem, "omit the option 'modality'");
  }
  switch (format) {
    case 'h5ad':
      return openH5ad(path, options);
    case 'loom':
      return openLoom(path, options);
    case '10x-h5':
      checkOnlyMatrix('10x', options.layer);
      return openTenx(path, options);
    case 'mtx':
      checkOnlyMatrix(format, options.layer);
      return openMtx(path, options);
    case 'csv':
      checkOnlyMatrix(format, options.layer);
      return openCsv(path, options, metadata && idsOf(metadata));
    default:
      throw new ArgumentError(
        'format',
        `'${String(format)}' is unknown`,
        "use 'h5ad', 'loom', '10x-h5', 'mtx' or 'csv'",
      );
  }
}

/** Returns the columns of a metadata table that may name the cells of a text table. */
function idsOf(metadata: TextTable): string[][] {
  return idColumns(metadata).map(({ ids }) => ids.map((id) => id ?? ''));
}

/** @throws ArgumentError for a layer in a format with one matrix per file */
function checkOnlyMatrix(format: string, layer: string | undefined): void {
  if (layer === undefined || layer === 'X') return;
  throw new ArgumentError('layer', `a ${format} file has no '${layer}'`, "omit the option 'layer'");
}

const HDF5_SIGNATURE = '\x89HDF\r\n\x1a\n';

/** Detects the format of a file or folder from its first bytes and its name. */
async function detectFormat(path: string): Promise<CellFormat> {
  const info = await stat(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  if (info.isDirectory()) {
    await rejectZarr(path);
    return 'mtx';
  }
  const head = Buffer.from(await firstBytes(path, HDF5_SIGNATURE.length)).toString('latin1');
  if (head === HDF5_SIGNATURE || /\.(h5ad|h5mu|h5|hdf5|loom|h5seurat)(\.(gz|bz2|xz|zst|zip))?$/i.test(path))
    return recognizeHdf5(path);
  if (/\.mtx(\.gz)?$/i.test(path)) return 'mtx';
  if (/\.(csv|tsv|txt)(\.gz)?$/i.test(path)) return 'csv';
  throw new UnsupportedError(
    path,
    'format',
    'an unknown file format',
    "use a .h5ad, .loom or 10x .h5 file, a 10x matrix folder or a .csv/.tsv(.gz) table, or set the option 'format'",
  );
}

/** Every zarr folder of version 2 or 3 contains at least one of these. */
const ZARR = ['.zgroup', '.zattrs', '.zmetadata', 'zarr.json'];

async function rejectZarr(path: string): Promise<void> {
  const names = await readdir(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  if (!names.some((name) => ZARR.includes(name))) return;
  const remedy = "convert it first: anndata.read_zarr(folder).write_h5ad('cells.h5ad')";
  throw new UnsupportedError(path, 'format', 'zarr', remedy);
}

/**
 * Detects the format of an HDF5 file from its root groups.
 *
 * @throws UnsupportedError listing these groups
 */
async function recognizeHdf5(path: string): Promise<CellFormat> {
  const file = await HdfFile.open(path);
  try {
    const root = file.keys('');
    if (modalitiesOf(file).length) return 'h5ad';
    if (root.includes('assays') && root.includes('meta.data')) {
      const remedy = "convert it first, in R: SeuratDisk::Convert('cells.h5seurat', dest = 'h5ad')";
      throw new UnsupportedError(path, 'format', 'h5Seurat', remedy);
    }
    if (['X', 'obs', 'var'].some((name) => root.includes(name))) return 'h5ad';
    if (root.includes('row_attrs') && root.includes('col_attrs')) return 'loom';
    if (root.some((group) => file.keys(group).includes('barcodes'))) return '10x-h5';
    if (/\.h5ad$/i.test(path)) return 'h5ad';
    throw new UnsupportedError(
      path,
      'content',
      `an HDF5 file with ${root.length ? listSome(root) : 'no groups'}`,
      "use an AnnData, loom or 10x file, or set the option 'format' if it is one of those",
    );
  } finally {
    file.close();
  }
}
