import { surveyEntries, type Entries, type EntrySource, type Survey } from '../entries.js';
import { FormatError } from '../errors.js';
import { readLineChunks } from '../files/bytes.js';
import { readText } from '../files/whole.js';
import type { Column, Frame } from '../frame.js';
import type { CellSource, OpenOptions } from '../source.js';
import { rowRange } from '../range.js';
import { rowBlocks } from '../transpose.js';
import { findMtxFiles } from './files.js';
import { parseMtxEntries, parseMtxHeader, type MtxHeader } from './parse.js';

/**
 * Opens a 10x matrix folder. The matrix is genes x cells, as Cell Ranger writes it, or cells x genes when the sizes of the
 * two name files say so. Genes are indexed by identifier; `var` has their `symbol` and, from version 3, `feature_type`.
 */
export async function openMtx(path: string, options: OpenOptions): Promise<CellSource> {
  const files = await findMtxFiles(path);
  const genes = await readGenes(files.features);
  const obs: Frame = { index: (await readRows(files.barcodes)).map((row) => row[0]!), columns: new Map() };
  const header = await readHeader(files.matrix);
  const byCells = orient(files.matrix, header, genes.index.length, obs.index.length);
  const entries = mtxEntries(files.matrix, header, byCells);

  let survey: Promise<Survey> | undefined;
  return {
    path,
    format: 'mtx',
    orientation: byCells ? 'cells-by-genes' : 'genes-by-cells',
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
  throw new FormatError(path, 'file', 'is empty', 'fetch it again');
}

/** Whether the file's rows are cells. @throws FormatError when its sizes fit neither way */
function orient(path: string, header: MtxHeader, genes: number, cells: number): boolean {
  if (header.rows === genes && header.cols === cells) return false;
  if (header.rows === cells && header.cols === genes) return true;
  throw new FormatError(
    path,
    'Matrix Market header',
    `size ${header.rows} x ${header.cols} does not fit ${genes} genes and ${cells} barcodes`,
    'use the features and barcodes files that came with this matrix',
  );
}

function mtxEntries(path: string, header: MtxHeader, byCells: boolean): EntrySource {
  return {
    rows: byCells ? header.rows : header.cols,
    cols: byCells ? header.cols : header.rows,
    async *scan() {
      let read = 0;
      let out = room(0);
      let skip = header.bytes;
      for await (const bytes of readLineChunks(path)) {
        const body = bytes.subarray(skip);
        skip = 0;
        if (out.rows.length < body.length / 6) out = room(Math.ceil(body.length / 6));
        parseMtxEntries(body, header, out, path, read);
        read += out.length;
        yield byCells ? out : { ...out, rows: out.cols, cols: out.rows };
      }
      if (read !== header.entries) {
        throw new FormatError(
          path,
          'entries',
          `the header promises ${header.entries} but the file has ${read}`,
          'the file was cut short or joined; fetch it again',
        );
      }
    },
  };
}

function room(size: number): Entries & { values: Float64Array } {
  return { length: 0, rows: new Int32Array(size), cols: new Int32Array(size), values: new Float64Array(size) };
}

async function readGenes(path: string): Promise<Frame> {
  const rows = await readRows(path);
  const columns = new Map<string, Column>();
  const names = ['symbol', 'feature_type', 'chromosome', 'start', 'end'];
  // Lines may be of different lengths: a type that only some features have must not be lost.
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  for (let c = 1; c < width && c <= names.length; c++) {
    columns.set(names[c - 1]!, { kind: 'string', values: rows.map((row) => row[c] ?? null) });
  }
  return { index: rows.map((row) => row[0]!), columns };
}

/** Lines of tab-separated fields; 10x never quotes them. */
async function readRows(path: string): Promise<string[][]> {
  const text = await readText(path);
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
