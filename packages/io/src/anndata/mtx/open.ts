import { ArgumentError, FormatError } from '@geneformer-ts/core';
import { readLineChunks } from '../../base/text.js';
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
import type { Column, Frame } from '../frame.js';
import type { CellSource, OpenOptions, Orientation } from '../source.js';
import { rowBlocks } from '../transpose.js';
import { eachName, findMtxFiles, misfit } from './files.js';
import { type MtxHeader, parseMtxEntries, parseMtxHeader } from './parse.js';

/**
 * Opens a Matrix Market folder. The matrix is genes x cells, as Cell Ranger writes it, or cells x genes when the sizes of the
 * two name files say so. Genes are indexed by identifier; `var` has their `symbol` and, from version 3, `feature_type`.
 *
 * Of a matrix with every barcode that there can be (100,000 and more, most of them without a count), the empty ones are
 * counted in `notes` and left out, so that millions of them take no memory.
 */
export async function openMtx(path: string, options: OpenOptions): Promise<CellSource> {
  const files = await findMtxFiles(path);
  const header = await readHeader(files.matrix);
  const genes = await readGenes(files.features, Math.max(header.rows, header.cols) + 1);
  const barcodes = await countBarcodes(files.barcodes, Math.max(header.rows, header.cols) + 1);
  const fit = orientations(header, genes.index.length, barcodes.count);
  if (fit.length === 0) throw misfit(files.matrix, header, genes.index, barcodes);
  const orientation = choose(fit, options.orientation, files.matrix, header);
  const all = mtxEntries(files.matrix, header, orientation === 'cells-by-genes');
  const {
    entries,
    kept,
    survey: known,
  } = barcodes.count >= MANY_CELLS ? await dropEmptyCells(all) : { entries: all, kept: undefined, survey: undefined };
  const obs: Frame = { index: await readBarcodes(files.barcodes, barcodes.count, kept), columns: new Map() };
  const left = barcodes.count - obs.index.length;

  let survey: Promise<Survey> | undefined = known && Promise.resolve(known);
  return {
    path,
    format: 'mtx',
    orientation,
    ...(left > 0 && { notes: [`${path}: ${left} of its ${barcodes.count} barcodes have no counts and are left out`] }),
    nObs: obs.index.length,
    nVars: genes.index.length,
    obs,
    var: genes,
    async *blocks(request) {
      const range = rowRange(request, obs.index.length);
      yield* rowBlocks(entries, await (survey ??= surveyEntries(entries)), range, options);
    },
    async close() {
      // Every pass opens and closes the files itself.
    },
  };
}

async function readHeader(path: string): Promise<MtxHeader> {
  for await (const bytes of readLineChunks(path)) return parseMtxHeader(bytes, path);
  throw new FormatError(path, 'file', 'is empty', 'download it again');
}

/** Which ways round the matrix fits its names. */
function orientations({ rows, cols }: MtxHeader, genes: number, cells: number): Orientation[] {
  return [
    ...(rows === genes && cols === cells ? (['genes-by-cells'] as const) : []),
    ...(rows === cells && cols === genes ? (['cells-by-genes'] as const) : []),
  ];
}

/** @throws ArgumentError when the sizes leave it open, or say the opposite of what was asked for */
function choose(
  fit: readonly Orientation[],
  asked: Orientation | undefined,
  path: string,
  { rows, cols, symmetric }: MtxHeader,
): Orientation {
  if (asked !== undefined) {
    if (fit.includes(asked)) return asked;
    const problem = `'${String(asked)}' does not fit ${path}, whose size is ${rows} x ${cols}`;
    throw new ArgumentError('orientation', problem, `leave it out or set it to '${fit[0]}'`);
  }
  if (fit.length === 1 || symmetric || rows === 0) return fit[0];
  // The names that tools give their matrices say what their rows are.
  if (/(cells_x_genes|quants_mat)\.mtx(\.gz)?$/.test(path)) return 'cells-by-genes';
  if (/matrix\.mtx\.gz$/.test(path)) return 'genes-by-cells';
  throw new ArgumentError(
    'orientation',
    `cannot be told from the size ${rows} x ${cols} of ${path}, which has as many genes as cells`,
    "set it to 'genes-by-cells', as Cell Ranger and STARsolo write, or 'cells-by-genes'",
  );
}

function mtxEntries(path: string, header: MtxHeader, byCells: boolean): EntrySource {
  return {
    rows: byCells ? header.rows : header.cols,
    cols: byCells ? header.cols : header.rows,
    async *scan() {
      let read = 0;
      let out = newEntries(0);
      let skip = header.bytes;
      for await (const bytes of readLineChunks(path)) {
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

function wrongCount(path: string, promised: number, found: string): FormatError {
  return new FormatError(
    path,
    'entries',
    `the header promises ${promised} but the file has ${found}`,
    'the file was cut short or joined; download it again',
  );
}

/** Adds the entries above the diagonal that those below it stand for. */
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

async function readGenes(path: string, most: number): Promise<Frame> {
  const index: string[] = [];
  // Lines may be of different lengths: a type that only some features have must not be lost.
  const texts = GENE_COLUMNS.map(() => [] as (string | null)[]);
  let width = 1;
  await eachName(path, most, (fields) => {
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

async function countBarcodes(path: string, most: number): Promise<{ count: number; first: string | undefined }> {
  let first: string | undefined;
  const count = await eachName(path, most, (fields) => (first ??= fields[0]));
  return { count, first };
}

/** The names of all cells, or of those that are kept. */
async function readBarcodes(path: string, count: number, kept: Uint8Array | undefined): Promise<string[]> {
  const index: string[] = [];
  await eachName(path, count, ([name = ''], row) => {
    // A text of its own: one cut from a chunk keeps the whole chunk alive.
    if (!kept || kept[row]) index.push(kept ? Buffer.from(name).toString() : name);
  });
  return index;
}
