import { ArgumentError, type CsrMatrix } from '@geneformer-ts/core';
import type { CsrBlock } from '../csr.js';
import type { DataFrame } from '../data-frame.js';
import type { AxisElement, Element, NumberMatrix } from '../element.js';
import type { ElementWriter, GrowingList } from '../element-writer.js';
import { checkBlock, checkName, checkTable } from './check-contents.js';
import { checkElement, checkMatrix, checkRows } from './check-element.js';
import { writeDictionary, writeElement } from './write-element.js';
import { tag, writeFrame } from './write-frame.js';

/** A matrix whose rows are written as they arrive: consecutive blocks from row 0, all with the value type of the first. */
export interface RowStream {
  blocks: AsyncIterable<CsrBlock> | Iterable<CsrBlock>;
}

/** Contents of an AnnData file or store to write. */
export interface AnnDataContents {
  obs: DataFrame;
  var: DataFrame;
  /** Consecutive blocks from row 0, all with the value type of the first. A stream is written as it arrives. */
  blocks: RowStream['blocks'];
  /** Matrices or tables with one row per cell, such as embeddings. */
  obsm?: Record<string, AxisElement>;
  /** Matrices or tables with one row per gene. */
  varm?: Record<string, AxisElement>;
  /** Matrices of cells × genes besides `X`. */
  layers?: Record<string, NumberMatrix | CsrMatrix | RowStream>;
  /** The matrix before genes were selected, with one row per cell, and its genes. */
  raw?: { var: DataFrame; blocks: RowStream['blocks']; varm?: Record<string, AxisElement> };
  /** Matrices of cells × cells. */
  obsp?: Record<string, NumberMatrix | CsrMatrix>;
  /** Matrices of genes × genes. */
  varp?: Record<string, NumberMatrix | CsrMatrix>;
  /** Anything else: scalars, lists, matrices, tables, and dictionaries of those. */
  uns?: Record<string, Element>;
  /** gzip level from 0 (none) to 9. Default 1, which is several times faster than 4 and hardly larger for counts. */
  compression?: number;
}

/** Checks all that can be checked before the blocks arrive. @throws ArgumentError */
export function checkContents(contents: AnnDataContents): void {
  const { obs, var: genes, compression = 1 } = contents;
  if (!Number.isInteger(compression) || compression < 0 || compression > 9) {
    throw new ArgumentError('compression', `${compression} is not a gzip level`, 'use an integer from 0 to 9');
  }
  checkTable('obs', obs);
  checkTable('var', genes);
  if (contents.raw) checkTable('raw.var', contents.raw.var);
  checkDictionaries(contents);
}

/** Writes checked contents in the encoding of anndata 0.8, which all later versions read. */
export async function writeContents(file: ElementWriter, contents: AnnDataContents): Promise<void> {
  const { obs, var: genes, blocks, raw, layers = {}, obsm = {}, varm = {}, obsp = {}, varp = {}, uns = {} } = contents;
  const [rows, cols] = [obs.index.length, genes.index.length];
  tag(file, '', 'anndata', '0.1.0');
  await writeRows(file, 'X', [rows, cols], { blocks }, 'blocks');
  writeFrame(file, 'obs', obs);
  writeFrame(file, 'var', genes);
  for (const name of ['layers', 'obsm', 'obsp', 'uns', 'varm', 'varp']) writeDictionary(file, name);
  if (raw) await writeRaw(file, rows, raw);
  for (const [name, value] of Object.entries(layers)) {
    if (isStream(value)) await writeRows(file, `layers/${name}`, [rows, cols], value, `layers['${name}']`);
    else writeElement(file, `layers/${name}`, value);
  }
  for (const [group, entries] of Object.entries({ obsm, varm, obsp, varp, uns })) {
    for (const [name, value] of Object.entries(entries)) writeElement(file, `${group}/${name}`, value);
  }
}

function checkDictionaries(contents: AnnDataContents): void {
  const { obs, var: genes, raw, layers = {}, obsm = {}, varm = {}, obsp = {}, varp = {}, uns = {} } = contents;
  const [cells, columns] = [obs.index.length, genes.index.length];
  for (const [group, entries, rows, of] of [
    ['obsm', obsm, obs.index.length, 'cells'],
    ['varm', varm, genes.index.length, 'genes'],
    ['raw.varm', raw?.varm ?? {}, raw?.var.index.length ?? 0, 'genes'],
  ] as const) {
    for (const [name, value] of Object.entries(entries)) {
      checkName(`${group}['${name}']`, name);
      checkRows(`${group}['${name}']`, value, rows, of);
    }
  }
  for (const [group, entries, rows, cols] of [
    ['layers', layers, [cells, 'cells'], [columns, 'genes']],
    ['obsp', obsp, [cells, 'cells'], [cells, 'cells']],
    ['varp', varp, [columns, 'genes'], [columns, 'genes']],
  ] as const) {
    for (const [name, value] of Object.entries(entries)) {
      checkName(`${group}['${name}']`, name);
      if (!isStream(value)) checkMatrix(`${group}['${name}']`, value, [...rows], [...cols]);
    }
  }
  checkElement('uns', uns);
}

function isStream(value: object): value is RowStream {
  return 'blocks' in value;
}

async function writeRaw(file: ElementWriter, rows: number, raw: NonNullable<AnnDataContents['raw']>): Promise<void> {
  file.group('raw');
  tag(file, 'raw', 'raw', '0.1.0');
  await writeRows(file, 'raw/X', [rows, raw.var.index.length], raw, 'raw');
  writeFrame(file, 'raw/var', raw.var);
  writeDictionary(file, 'raw/varm', raw.varm);
}

/** Writes a matrix as compressed rows while they arrive. @param field name for messages */
async function writeRows(
  file: ElementWriter,
  path: string,
  [rows, cols]: readonly [number, number],
  { blocks }: RowStream,
  field: string,
): Promise<void> {
  file.group(path);
  tag(file, path, 'csr_matrix', '0.1.0');
  file.numbersAttribute(path, 'shape', BigInt64Array.of(BigInt(rows), BigInt(cols)));
  const indptr = new Float64Array(rows + 1);
  const indices = file.growing(`${path}/indices`, new Int32Array(0));
  let data: GrowingList | undefined;
  let single = true;
  let row = 0;
  for await (const block of blocks) {
    checkBlock(block, row, rows, cols, field);
    single = data ? single : block.data instanceof Float32Array;
    data ??= file.growing(`${path}/data`, block.data);
    if (single !== block.data instanceof Float32Array) {
      throw new ArgumentError(field, `change their value type at row ${row}`, 'use the same type for all');
    }
    const total = indptr[row];
    for (let r = 1; r <= block.rows; r++) indptr[row + r] = total + block.indptr[r];
    indices.append(block.indices);
    data.append(block.data);
    row += block.rows;
  }
  if (row !== rows)
    throw new ArgumentError(field, `end at row ${row} but obs has ${rows}`, 'give a row for every cell');
  data ??= file.growing(`${path}/data`, new Float32Array(0));
  indices.finish();
  data.finish();
  const wide = indptr[rows] > 0x7fffffff;
  file.numbers(`${path}/indptr`, wide ? BigInt64Array.from(indptr, BigInt) : Int32Array.from(indptr));
}
