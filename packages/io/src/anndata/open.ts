import {
  ArgumentError,
  checkChoice,
  checkOptions,
  FileAccessError,
  listSome,
  UnsupportedError,
} from '@geneformer-ts/core';
import { firstBytes } from '../base/bytes.js';
import {
  checkInput,
  type FileInput,
  type FolderInput,
  openFolder,
  type OpenedFolder,
  openIfPresent,
  openInput,
  withInput,
} from '../base/input.js';
import { decodeLatin1 } from '../base/text.js';
import { openCsv } from './csv/open.js';
import { readTextTable, type TextTable } from './csv/table.js';
import { selectFeatures } from './features/select.js';
import { findDuplicates, noFrame } from './data-frame.js';
import { modalitiesOf } from './encoding/locate.js';
import type { DiskFile } from './hdf5/disk-copy.js';
import type { HdfInput } from './hdf5/disk-copy.js';
import { idColumns, joinFrame } from './join.js';
import { openMtx } from './mtx/open.js';
import { type CellFormat, type CountMatrix, type OpenOptions, openOptionNames } from './count-matrix.js';

/**
 * Opens a cells x genes matrix and streams it as blocks of compressed sparse rows, even if the file stores it by genes.
 *
 * Reads AnnData h5ad (0.5 to today; compressed rows, compressed columns or dense) and zarr (2 and 3), one modality of MuData, loom (2 and
 * 3), Cell Ranger HDF5 matrices (2 and 3), Matrix Market folders and dense CSV/TSV tables. Detects the format from the
 * content.
 *
 * A matrix stored by rows is streamed in one pass. A matrix stored by genes takes a counting pass and a second pass, with a
 * temporary file if it is large. Memory is bounded in both cases. An HDF5 file that is not a path is copied to a temporary
 * file first, because the HDF5 library needs one.
 *
 * @param file path of a file or folder, source of the bytes of a file, or access to the files of a folder
 * @throws FileMissingError; FileAccessError; FormatError; FieldMissingError; UnsupportedError; ArgumentError
 * @example
 * const cells = await openAnnData('pbmc3k.h5ad');
 * [cells.nObs, cells.nVars]; // [ 2700, 32738 ]
 * for await (const { rowStart, rows } of cells.blocks({ rows: 1024 })) console.log(rowStart, rows); // 0 1024 …
 * await cells.close();
 */
export async function openAnnData(file: FileInput | FolderInput, options: OpenOptions = {}): Promise<CountMatrix> {
  checkOptions('openAnnData', options, openOptionNames);
  checkOpenOptions(options);
  const input = await resolveInput(file);
  try {
    return await openResolved(input, options);
  } catch (error) {
    input.disk?.remove();
    throw error;
  }
}

/** Checks the values of options. @throws ArgumentError */
export function checkOpenOptions({ budget, orientation }: OpenOptions): void {
  if (budget !== undefined && !(Number.isFinite(budget) && budget > 0)) {
    throw ArgumentError.of('budget', budget, 'a number of non-zeros above 0');
  }
  if (orientation !== undefined) checkChoice('orientation', orientation, ['cells-by-genes', 'genes-by-cells']);
}

/**
 * Opens an input.
 *
 * @param matrixOptional accept an h5ad file without `X`
 */
export async function openResolved(
  input: CellsInput,
  options: OpenOptions,
  matrixOptional = false,
): Promise<CountMatrix> {
  const format = options.format ?? (await detectFormat(input));
  const metadata = options.obs === undefined ? undefined : await withInput(options.obs, readTextTable);
  if (options.obsJoin !== undefined && !metadata) {
    throw new ArgumentError(
      'obsJoin',
      'a table to join is missing',
      "set the option 'obs' to a table or omit 'obsJoin'",
    );
  }
  // The choice of features needs `var`, even if the caller does not.
  const chosen = options.columns !== undefined;
  const tables = chosen || options.matrixOnly !== true ? options : { ...options, matrixOnly: false, obsColumns: [] };
  const source = await open(input, format, tables, matrixOptional, metadata);
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
function withCells(source: CountMatrix, options: OpenOptions, metadata: TextTable | undefined): CountMatrix {
  const { path, var: genes } = source;
  const duplicateCells = findDuplicates(source.obs.index);
  const metadataPath = typeof options.obs === 'object' ? options.obs.name : (options.obs ?? '');
  const joined = metadata && joinFrame(source.obs, metadata, path, metadataPath, options.obsJoin);
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

/** A file or a folder. `beside` is the folder of a file, if known; `disk` is an HDF5 file that is on disk by now. */
export type CellsInput =
  | { folder: OpenedFolder; file?: undefined; disk?: undefined }
  | { folder?: undefined; file: FileInput; beside?: { folder: OpenedFolder; name: string }; disk?: DiskFile };

/**
 * Finds out whether an input is a file or a folder.
 *
 * @throws FileMissingError; FileAccessError; ArgumentError
 */
export async function resolveInput(input: FileInput | FolderInput): Promise<CellsInput> {
  checkInput(input, 'file', 'file or folder');
  if (typeof input !== 'string') return 'open' in input ? { folder: await openFolder(input) } : { file: input };
  const { fileError } = await import('@geneformer-ts/core/node');
  const { basename, dirname, stat } = await import('@geneformer-ts/core/system');
  const info = await stat(input).catch((cause: unknown) => {
    throw fileError(input, cause);
  });
  if (info.isDirectory()) return { folder: await openFolder(input) };
  return { file: input, beside: { folder: await openFolder(dirname(input)), name: basename(input) } };
}

function nameOf(input: CellsInput): string {
  if (input.folder) return input.folder.name;
  return typeof input.file === 'string' ? input.file : input.file.name;
}

/** Returns the file of an input. @throws FileAccessError for a folder */
function fileOf(input: CellsInput): FileInput {
  if (!input.folder) return input.file;
  throw new FileAccessError(input.folder.name, 'is a folder; name a file');
}

/** Returns the folder of an input. @throws FileAccessError for a file */
function folderOf(input: CellsInput): OpenedFolder {
  if (input.folder) return input.folder;
  throw new FileAccessError(nameOf(input), 'is a file; name the folder of a zarr store');
}

function hdfOf(input: CellsInput): HdfInput {
  return input.disk ?? fileOf(input);
}

async function open(
  input: CellsInput,
  format: CellFormat,
  options: OpenOptions,
  matrixOptional: boolean,
  metadata?: TextTable,
): Promise<CountMatrix> {
  if (options.modality !== undefined && format !== 'h5ad' && format !== 'zarr') {
    const problem = `a ${format} file has no '${options.modality}'`;
    throw new ArgumentError('modality', problem, "omit the option 'modality'");
  }
  switch (format) {
    case 'h5ad':
      return (await import('./h5ad/open.js')).openH5ad(hdfOf(input), options, matrixOptional);
    case 'zarr':
      return (await import('./zarr/open.js')).openZarr(folderOf(input), options, matrixOptional);
    case 'loom':
      return (await import('./loom.js')).openLoom(hdfOf(input), options);
    case '10x-h5':
      checkOnlyMatrix('10x', options.layer);
      return (await import('./tenx.js')).openTenx(hdfOf(input), options);
    case 'mtx':
      checkOnlyMatrix(format, options.layer);
      return openFolderOfMatrix(input, options);
    case 'csv':
      checkOnlyMatrix(format, options.layer);
      return openTable(fileOf(input), options, metadata);
    default:
      throw new ArgumentError(
        'format',
        `'${String(format)}' is unknown`,
        "use 'h5ad', 'zarr', 'loom', '10x-h5', 'mtx' or 'csv'",
      );
  }
}

/** Opens a Matrix Market folder, or the folder of a matrix. @throws ArgumentError when its files cannot be found */
function openFolderOfMatrix(input: CellsInput, options: OpenOptions): Promise<CountMatrix> {
  if (input.folder && !input.folder.list) {
    const problem = `the files of ${input.folder.name} cannot be listed, and their names differ between tools`;
    throw new ArgumentError('folder', problem, 'pass the folder with a function list');
  }
  if (input.folder) return openMtx(input.folder, undefined, options);
  if (input.beside) return openMtx(input.beside.folder, input.beside.name, options);
  const problem = `${nameOf(input)} is a matrix whose genes and barcodes are in other files`;
  throw new ArgumentError('file', problem, 'pass its folder, as { name, open, list }');
}

async function openTable(file: FileInput, options: OpenOptions, metadata?: TextTable): Promise<CountMatrix> {
  const source = await openInput(file);
  try {
    return await openCsv(source, options, metadata && idsOf(metadata));
  } catch (error) {
    await source.close();
    throw error;
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
export async function detectFormat(input: CellsInput): Promise<CellFormat> {
  const path = nameOf(input);
  if (input.folder) return (await isZarr(input.folder)) ? 'zarr' : 'mtx';
  const head = await withInput(input.file, (source) => firstBytes(source, HDF5_SIGNATURE.length));
  const isHdf5 = decodeLatin1(head, 0, head.length) === HDF5_SIGNATURE;
  if (isHdf5 || /\.(h5ad|h5mu|h5|hdf5|loom|h5seurat)(\.(gz|bz2|xz|zst|zip))?$/i.test(path)) {
    const { toDisk } = await import('./hdf5/disk-copy.js');
    input.disk = await toDisk(input.file);
    return recognizeHdf5(input.disk);
  }
  if (/\.mtx(\.gz)?$/i.test(path)) return 'mtx';
  if (/\.(csv|tsv|txt)(\.gz)?$/i.test(path)) return 'csv';
  throw new UnsupportedError(
    path,
    'format',
    'an unknown file format',
    "use a .h5ad, .loom or 10x .h5 file, a zarr store, a 10x matrix folder or a .csv/.tsv(.gz) table, or set the option 'format'",
  );
}

/** Files of a zarr store of version 2 or 3, which has at least one of them. */
const ZARR = ['.zgroup', '.zattrs', '.zmetadata', 'zarr.json'];

async function isZarr(folder: OpenedFolder): Promise<boolean> {
  if (folder.list) return (await folder.list()).some((name) => ZARR.includes(name));
  for (const name of ZARR) {
    const source = await openIfPresent(folder, name);
    await source?.close();
    if (source) return true;
  }
  return false;
}

/**
 * Detects the format of an HDF5 file from its root groups.
 *
 * @throws UnsupportedError listing these groups
 */
async function recognizeHdf5(disk: DiskFile): Promise<CellFormat> {
  const path = disk.name;
  const { HdfFile } = await import('./hdf5/file.js');
  // The copy of a source is opened once more, so it stays.
  const file = await HdfFile.open({ ...disk, remove: () => undefined });
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
