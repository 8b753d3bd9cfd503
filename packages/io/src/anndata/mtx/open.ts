import { ArgumentError, type ByteSource, FormatError, listSome } from '@geneformer-ts/core';
import { type OpenedFolder, withFile } from '../../base/input.js';
import { copyString, readLineChunks } from '../../base/text.js';
import { rowRange } from '../csr.js';
import {
  dropEmptyCells,
  type Entries,
  type EntrySource,
  MANY_CELLS,
  newEntries,
  type Survey,
  surveyEntries,
} from '../entries.js';
import type { Column, DataFrame } from '../data-frame.js';
import type { CountMatrix, OpenOptions, Orientation } from '../count-matrix.js';
import { rowBlocks } from '../transpose.js';
import { findMtxFiles, forEachName, type MtxFiles, sizeMismatch } from './files.js';
import { type MtxHeader, parseMtxEntries, parseMtxHeader } from './parse.js';

/**
 * Opens a Matrix Market folder, or the matrix called `matrix` in it. The matrix is genes x cells as in Cell Ranger, or cells x genes if the sizes of the two name
 * files require it. Genes are indexed by identifier; `var` has their `symbol` and, since version 3, their `feature_type`.
 *
 * If a matrix lists every possible barcode (100,000 or more, most of them empty), the empty ones are dropped and counted in
 * `notes`; they do not use memory.
 */
export async function openMtx(
  folder: OpenedFolder,
  matrix: string | undefined,
  options: OpenOptions,
): Promise<CountMatrix> {
  const path = matrix === undefined ? folder.name : folder.pathOf(matrix);
  const files = findMtxFiles(path, (await folder.list?.()) ?? [], matrix);
  const source = await folder.open(files.matrix);
  try {
    return await openMatrix(source, files, folder, path, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openMatrix(
  source: ByteSource,
  files: MtxFiles,
  folder: OpenedFolder,
  path: string,
  options: OpenOptions,
): Promise<CountMatrix> {
  const header = await readHeader(source);
  const max = Math.max(header.rows, header.cols) + 1;
  const genes = await withFile(folder, files.features, (names) => readGenes(names, max));
  const barcodes = await withFile(folder, files.barcodes, (names) => countBarcodes(names, max));
  const fit = orientations(header, genes.index.length, barcodes.count);
  if (fit.length === 0) throw sizeMismatch(source.name, header, genes.index, barcodes);
  const orientation = choose(fit, options.orientation, source.name, header);
  const all = mtxEntries(source, header, orientation === 'cells-by-genes');
  const {
    entries,
    kept,
    survey: known,
  } = barcodes.count >= MANY_CELLS ? await dropEmptyCells(all) : { entries: all, kept: undefined, survey: undefined };
  const index = await withFile(folder, files.barcodes, (names) => readBarcodes(names, barcodes.count, kept));
  folder.checkUnchanged();
  const obs: DataFrame = { index, columns: new Map() };
  const dropped = barcodes.count - obs.index.length;
  const notes = [
    ...(files.unused.length > 0
      ? [`${path}: names are read from ${files.features} and ${files.barcodes}, not from ${listSome(files.unused)}`]
      : []),
    ...(dropped > 0 ? [`${path}: ${dropped} of its ${barcodes.count} barcodes have no counts and are left out`] : []),
  ];

  let survey: Promise<Survey> | undefined = known && Promise.resolve(known);
  return {
    path,
    format: 'mtx',
    orientation,
    ...(notes.length > 0 && { notes }),
    nObs: obs.index.length,
    nVars: genes.index.length,
    obs,
    var: genes,
    async *blocks(request) {
      const range = rowRange(request, obs.index.length);
      yield* rowBlocks(entries, await (survey ??= surveyEntries(entries)), range, options);
    },
    close: () => source.close(),
  };
}

async function readHeader(source: ByteSource): Promise<MtxHeader> {
  for await (const bytes of readLineChunks(source)) return parseMtxHeader(bytes, source.name);
  throw new FormatError(source.name, 'file', 'is empty', 'download it again');
}

/** Returns the orientations in which the matrix matches its names. */
function orientations({ rows, cols }: MtxHeader, genes: number, cells: number): Orientation[] {
  return [
    ...(rows === genes && cols === cells ? (['genes-by-cells'] as const) : []),
    ...(rows === cells && cols === genes ? (['cells-by-genes'] as const) : []),
  ];
}

/** @throws ArgumentError when the sizes do not determine the orientation, or contradict the requested one */
function choose(
  fit: readonly Orientation[],
  requested: Orientation | undefined,
  path: string,
  { rows, cols, symmetric }: MtxHeader,
): Orientation {
  if (requested !== undefined) {
    if (fit.includes(requested)) return requested;
    const problem = `'${String(requested)}' does not match ${path}, whose size is ${rows} x ${cols}`;
    throw new ArgumentError('orientation', problem, `omit it or set it to '${fit[0]}'`);
  }
  if (fit.length === 1 || symmetric || rows === 0) return fit[0];
  // The file names of some tools determine the orientation.
  if (/(cells_x_genes|quants_mat)\.mtx(\.gz)?$/.test(path)) return 'cells-by-genes';
  if (/matrix\.mtx\.gz$/.test(path)) return 'genes-by-cells';
  throw new ArgumentError(
    'orientation',
    `cannot be detected from the size ${rows} x ${cols} of ${path}, which has as many genes as cells`,
    "set it to 'genes-by-cells' (Cell Ranger, STARsolo) or 'cells-by-genes'",
  );
}

function mtxEntries(source: ByteSource, header: MtxHeader, byCells: boolean): EntrySource {
  const path = source.name;
  return {
    rows: byCells ? header.rows : header.cols,
    cols: byCells ? header.cols : header.rows,
    async *scan() {
      let read = 0;
      let out = newEntries(0);
      let skip = header.bytes;
      for await (const bytes of readLineChunks(source)) {
        const body = bytes.subarray(skip);
        skip = 0;
        const most = Math.ceil(body.length / 4) * (header.symmetric ? 2 : 1);
        if (out.rows.length < most) out = newEntries(most);
        parseMtxEntries(body, header, out, path, read);
        read += out.length;
        if (read > header.entries) throw wrongCount(path, header.entries, 'more');
        if (header.symmetric) mirror(out);
        yield byCells ? out : { ...out, rows: out.cols, cols: out.rows };
      }
      if (read !== header.entries) throw wrongCount(path, header.entries, String(read));
    },
  };
}

function wrongCount(path: string, stated: number, found: string): FormatError {
  return new FormatError(
    path,
    'entries',
    `the header states ${stated} but the file has ${found}`,
    'the file is damaged or incomplete; download it again',
  );
}

/** Adds the entries above the diagonal of a symmetric matrix. */
function mirror(out: Entries & { values: Float64Array }): void {
  const { rows, cols, values, length } = out;
  let count = length;
  for (let k = 0; k < length; k++) {
    if (rows[k] === cols[k]) continue;
    rows[count] = cols[k]!;
    cols[count] = rows[k]!;
    values[count++] = values[k]!;
  }
  out.length = count;
}

const GENE_COLUMNS = ['symbol', 'feature_type', 'chromosome', 'start', 'end'];

async function readGenes(source: ByteSource, max: number): Promise<DataFrame> {
  const index: string[] = [];
  // Lines may have different numbers of fields; a type that only some features have must be kept.
  const texts = GENE_COLUMNS.map(() => [] as (string | null)[]);
  let width = 1;
  await forEachName(source, max, (fields) => {
    index.push(fields[0]);
    width = Math.max(width, Math.min(fields.length, GENE_COLUMNS.length + 1));
    for (const [c, values] of texts.entries()) values.push(fields[c + 1] ?? null);
  });
  const columns = new Map<string, Column>();
  for (let c = 1; c < width; c++) {
    columns.set(GENE_COLUMNS[c - 1], { kind: 'string', values: texts[c - 1] });
  }
  return { index, columns };
}

async function countBarcodes(source: ByteSource, max: number): Promise<{ count: number; first: string | undefined }> {
  let first: string | undefined;
  const count = await forEachName(source, max, (fields) => (first ??= fields[0]));
  return { count, first };
}

/** Reads the names of all cells, or of the kept ones. */
async function readBarcodes(source: ByteSource, count: number, kept: Uint8Array | undefined): Promise<string[]> {
  const index: string[] = [];
  await forEachName(source, count, ([name = ''], row) => {
    // A copy, because a substring keeps the whole chunk in memory.
    if (!kept || kept[row]) index.push(kept ? copyString(name) : name);
  });
  return index;
}
