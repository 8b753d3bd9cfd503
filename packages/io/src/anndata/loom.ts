import { FieldMissingError, FormatError } from '@geneformer-ts/core';
import { countLayersOfLoom, loomPath } from './encoding/count-layers.js';
import { type CsrBlock, joinBlocks, rowRange, type RowRange, type Values } from './csr.js';
import { TYPE_COLUMNS } from './features/set-apart.js';
import { type Column, columnAsStrings, columnLength, type DataFrame, noFrame } from './data-frame.js';
import { checkChoice, readArrayColumn, readOrNote } from './encoding/column.js';
import type { HdfInput } from './hdf5/disk-copy.js';
import { HdfFile } from './hdf5/file.js';
import { toValues } from './numbers.js';
import type { CountMatrix, OpenOptions } from './count-matrix.js';

/** Attributes that name the cells or the genes, in order of preference. */
const CELL_NAMES = ['CellID', 'cell_id', 'obs_names', 'barcode', 'Barcode', 'Cell'];
const GENE_NAMES = ['Gene', 'gene', 'var_names', 'Accession', 'ensembl_id'];

/**
 * Opens a loom file of version 2 or 3: a dense matrix of genes x cells with attributes of both. The option `layer` selects
 * one of its layers.
 *
 * Cells are named by `CellID` and genes by `Gene` as in scanpy, by a similar attribute, or by number. All other attributes
 * with one value per cell or gene become columns. Attributes with several values, such as coordinates, are skipped.
 */
export function openLoom(input: HdfInput, options: OpenOptions): Promise<CountMatrix> {
  return HdfFile.openAs(input, (file) => describe(file, options), options.version);
}

async function describe(file: HdfFile, options: OpenOptions): Promise<CountMatrix> {
  const path = locate(file, options.layer ?? 'X');
  const [genes, cells] = file.shape(path);
  if (genes === undefined || cells === undefined || file.datasetKind(path) !== 'number') {
    throw new FormatError(file.path, path, 'is not a matrix of numbers', 'write the file again with loompy');
  }
  const notes: string[] = [];
  const { obs, vars } =
    options.matrixOnly === true
      ? { obs: noFrame(), vars: noFrame() }
      : await tables(file, cells, genes, options, notes);
  return {
    path: file.path,
    format: 'loom',
    nObs: cells,
    nVars: genes,
    obs,
    var: vars,
    ...(notes.length && { notes }),
    reopen: {
      path: file.diskPath,
      options: { format: 'loom', layer: options.layer ?? 'X', matrixOnly: true, version: file.version },
    },
    async *blocks(request) {
      yield* cellRows(file, path, genes, rowRange(request, cells));
    },
    countLayers: () => countLayersOfLoom(file, options.layer ?? 'X'),
    elements: {
      version: file.version,
      diskPath: file.diskPath,
      matrices: ['X', ...file.keys('layers')],
      keys: () => [],
      index: () => undefined,
      read: (name) => Promise.reject(new FieldMissingError(file.path, `'${name}'`, [], 'loom has layers only')),
    },
    async close() {
      file.close();
    },
  };
}

async function tables(
  file: HdfFile,
  cells: number,
  genes: number,
  options: OpenOptions,
  notes: string[],
): Promise<{ obs: DataFrame; vars: DataFrame }> {
  const types = TYPE_COLUMNS.filter((name) => file.kind(`row_attrs/${name}`) !== undefined);
  const varColumns = options.varColumns && [...options.varColumns, ...types];
  return {
    obs: await readAttributes(file, 'col_attrs', cells, CELL_NAMES, options.obsColumns, notes),
    vars: await readAttributes(file, 'row_attrs', genes, GENE_NAMES, varColumns, notes),
  };
}

function locate(file: HdfFile, layer: string): string {
  const path = loomPath(layer);
  if (file.kind(path) === 'dataset') return path;
  const others = [...(file.kind('matrix') ? ['X'] : []), ...file.keys('layers')].filter((name) => name !== layer);
  const remedy = others.length ? "set the option 'layer' to one of those" : 'use a file with a matrix';
  throw new FieldMissingError(file.path, `matrix '${layer}'`, others, remedy);
}

/**
 * Reads the attributes in `group` (`row_attrs` or `col_attrs`) with one value per row as a table. The index is the first
 * existing attribute of `indices`, or the row number.
 *
 * @param only attributes to read; default all
 * @param notes receives a sentence for each attribute of an unsupported type, unless it is in `only`
 */
async function readAttributes(
  file: HdfFile,
  group: string,
  length: number,
  indices: readonly string[],
  only?: readonly string[],
  notes: string[] = [],
): Promise<DataFrame> {
  const all = file.keys(group).filter((name) => file.kind(`${group}/${name}`) === 'dataset');
  const single = all.filter((name) => file.shape(`${group}/${name}`).length <= 1);
  const key = indices.find((name) => single.includes(name));
  const names = single.filter((name) => name !== key);
  checkChoice(file, group, names, only);
  const columns = new Map<string, Column>();
  for (const name of names) {
    if (only && !only.includes(name)) continue;
    const column = await readOrNote(name, () => readAttribute(file, `${group}/${name}`, length), notes, only);
    if (column) columns.set(name, column);
  }
  const index =
    key === undefined
      ? Array.from({ length }, (_, i) => String(i))
      : columnAsStrings(await readAttribute(file, `${group}/${key}`, length)).map((name) => name ?? '');
  return { index, columns };
}

async function readAttribute(file: HdfFile, path: string, length: number): Promise<Column> {
  const column = await readArrayColumn(file, path);
  if (columnLength(column) !== length) {
    throw new FormatError(
      file.path,
      path,
      `has ${columnLength(column)} values but the matrix has ${length}`,
      'write the file again with loompy',
    );
  }
  return column.kind === 'string' ? { kind: 'string', values: column.values.map(decode) } : column;
}

/** Decodes XML character references, which loom used for non-ASCII characters before version 3. */
function decode(text: string | null): string | null {
  return text?.replace(/&#(\d{1,7});/g, (all, code: string) => character(Number(code)) ?? all) ?? null;
}

function character(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Number of elements of the matrix in memory, unless one column of chunks is larger. */
const PANEL = 1 << 22;

/**
 * Streams a dense genes x cells matrix as sparse rows of cells. Reads panels of cells with all their genes in whole chunks,
 * so that no chunk is decompressed twice.
 */
function* cellRows(file: HdfFile, path: string, genes: number, range: RowRange): Generator<CsrBlock> {
  const cells = file.shape(path)[1];
  const chunk = file.metadata(path).chunks?.[1] ?? 1;
  const width = Math.max(1, Math.floor(PANEL / Math.max(1, genes) / chunk)) * chunk;
  let panel: Panel = { start: 0, end: 0, values: new Float32Array(0) };
  for (let start = range.from; start < range.to; start += range.rows) {
    const end = Math.min(range.to, start + range.rows);
    const parts: CsrBlock[] = [];
    for (let cell = start; cell < end;) {
      if (cell >= panel.end || cell < panel.start) {
        const from = Math.floor(cell / width) * width;
        const to = Math.min(cells, from + width);
        panel = { start: from, end: to, values: toValues(file.readColumns(path, from, to)) };
      }
      const stop = Math.min(end, panel.end);
      parts.push(transpose(panel, genes, cell, stop));
      cell = stop;
    }
    yield joinBlocks(parts, start, genes);
  }
}

/** Values of cells `start` to `end` for all genes, in the order of the genes. */
interface Panel {
  start: number;
  end: number;
  values: Values;
}

/** Returns cells `from` to `to` of the panel as rows. Counts first and fills afterwards, both in the order of memory. */
function transpose({ start, end, values }: Panel, genes: number, from: number, to: number): CsrBlock {
  const stride = end - start;
  const rows = to - from;
  const indptr = new Int32Array(rows + 1);
  for (let gene = 0; gene < genes; gene++) {
    const base = gene * stride + from - start;
    for (let r = 0; r < rows; r++) if (values[base + r] !== 0) indptr[r + 1]++;
  }
  for (let r = 0; r < rows; r++) indptr[r + 1] += indptr[r];
  const total = indptr[rows];
  const next = indptr.slice();
  const indices = new Int32Array(total);
  const data = values instanceof Float32Array ? new Float32Array(total) : new Float64Array(total);
  for (let gene = 0; gene < genes; gene++) {
    const base = gene * stride + from - start;
    for (let r = 0; r < rows; r++) {
      const value = values[base + r];
      if (value === 0) continue;
      const k = next[r]++;
      indices[k] = gene;
      data[k] = value;
    }
  }
  return { rowStart: from, rows, cols: genes, indptr, indices, data };
}
