import { FieldMissingError, FormatError } from '@geneformer-ts/core';
import { countLayersOfLoom, loomPath } from './count-layers.js';
import { type CsrBlock, joinBlocks, rowRange, type RowRange, type Values } from './csr.js';
import { TYPE_COLUMNS } from './features/set-apart.js';
import { type Column, columnAsStrings, columnLength, type Frame, noFrame } from './frame.js';
import { checkChoice, readArrayColumn, readOrNote } from './hdf5/column.js';
import { HdfFile } from './hdf5/file.js';
import { toValues } from './hdf5/numbers.js';
import type { CellSource, OpenOptions } from './source.js';

/** Attributes that name the cells or the genes, the usual one first. */
const CELL_NAMES = ['CellID', 'cell_id', 'obs_names', 'barcode', 'Barcode', 'Cell'];
const GENE_NAMES = ['Gene', 'gene', 'var_names', 'Accession', 'ensembl_id'];

/**
 * Opens a loom file of version 2 or 3: a dense matrix of genes x cells with attributes of both. `layer` chooses one of its
 * layers. Cells are named by `CellID`, genes by `Gene` as in scanpy (or what stands for them, else by number), and all other
 * attributes of one value are columns; those of several values per cell, such as coordinates, are left out.
 */
export async function openLoom(path: string, options: OpenOptions): Promise<CellSource> {
  const file = await HdfFile.open(path);
  try {
    return describe(file, options);
  } catch (cause) {
    file.close();
    throw cause;
  }
}

function describe(file: HdfFile, options: OpenOptions): CellSource {
  const path = locate(file, options.layer ?? 'X');
  const [genes, cells] = file.shape(path);
  if (genes === undefined || cells === undefined || file.datasetKind(path) !== 'number') {
    throw new FormatError(file.path, path, 'is not a matrix of numbers', 'write the file again with loompy');
  }
  const notes: string[] = [];
  const { obs, vars } =
    options.matrixOnly === true ? { obs: noFrame(), vars: noFrame() } : tables(file, cells, genes, options, notes);
  return {
    path: file.path,
    format: 'loom',
    nObs: cells,
    nVars: genes,
    obs,
    var: vars,
    ...(notes.length && { notes }),
    reopen: { path: file.path, options: { format: 'loom', layer: options.layer ?? 'X', matrixOnly: true } },
    async *blocks(request) {
      yield* cellRows(file, path, genes, rowRange(request, cells));
    },
    countLayers: async () => countLayersOfLoom(file, options.layer ?? 'X'),
    async close() {
      file.close();
    },
  };
}

function tables(
  file: HdfFile,
  cells: number,
  genes: number,
  options: OpenOptions,
  notes: string[],
): { obs: Frame; vars: Frame } {
  const types = TYPE_COLUMNS.filter((name) => file.kind(`row_attrs/${name}`) !== undefined);
  const varColumns = options.varColumns && [...options.varColumns, ...types];
  return {
    obs: readAttributes(file, 'col_attrs', cells, CELL_NAMES, options.obsColumns, notes),
    vars: readAttributes(file, 'row_attrs', genes, GENE_NAMES, varColumns, notes),
  };
}

function locate(file: HdfFile, layer: string): string {
  const path = loomPath(layer);
  if (file.kind(path) === 'dataset') return path;
  const others = [...(file.kind('matrix') ? ['X'] : []), ...file.keys('layers')].filter((name) => name !== layer);
  const remedy = others.length ? "set the option 'layer' to one of those" : 'give a file with a matrix';
  throw new FieldMissingError(file.path, `matrix '${layer}'`, others, remedy);
}

/**
 * Reads the attributes of one value per row in `group` (`row_attrs` or `col_attrs`) as a table, indexed by the first of `indices`
 * that is there, or by number.
 *
 * @param only attributes to read; all when absent
 * @param notes is given a sentence for each attribute of a kind that no `Frame` holds, unless `only` has it
 */
function readAttributes(
  file: HdfFile,
  group: string,
  length: number,
  indices: readonly string[],
  only?: readonly string[],
  notes: string[] = [],
): Frame {
  const all = file.keys(group).filter((name) => file.kind(`${group}/${name}`) === 'dataset');
  const single = all.filter((name) => file.shape(`${group}/${name}`).length <= 1);
  const key = indices.find((name) => single.includes(name));
  const names = single.filter((name) => name !== key);
  checkChoice(file, group, names, only);
  const columns = new Map<string, Column>();
  for (const name of names) {
    if (only && !only.includes(name)) continue;
    const column = readOrNote(name, () => readAttribute(file, `${group}/${name}`, length), notes, only);
    if (column) columns.set(name, column);
  }
  const index =
    key === undefined
      ? Array.from({ length }, (_, i) => String(i))
      : columnAsStrings(readAttribute(file, `${group}/${key}`, length)).map((name) => name ?? '');
  return { index, columns };
}

function readAttribute(file: HdfFile, path: string, length: number): Column {
  const column = readArrayColumn(file, path);
  if (columnLength(column) !== length) {
    throw new FormatError(
      file.path,
      path,
      `has ${columnLength(column)} values where the matrix has ${length}`,
      'write the file again with loompy',
    );
  }
  return column.kind === 'string' ? { kind: 'string', values: column.values.map(decode) } : column;
}

/** Until version 3 loom was ASCII, and other characters were written as in XML. */
function decode(text: string | null): string | null {
  return text?.replace(/&#(\d{1,7});/g, (all, code: string) => character(Number(code)) ?? all) ?? null;
}

function character(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Elements of the matrix held at once, unless one column of its chunks is larger. */
const PANEL = 1 << 22;

/**
 * Streams a dense genes x cells matrix as rows of cells without its zeros. Some cells of all genes are read at a time, in
 * whole chunks, so that no chunk is unpacked twice.
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

/** Cells `start` to `end` of all genes, gene after gene. */
interface Panel {
  start: number;
  end: number;
  values: Values;
}

/** Cells `from` to `to` of the panel as rows: counted first, then filled, in two walks through memory in its own order. */
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
