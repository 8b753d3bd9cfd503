import { ArgumentError, type ByteSource, FieldMissingError, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { DataType, type Field, Precision, type Schema } from 'apache-arrow';
import { type FolderInput, withFile } from '../base/input.js';
import { loadPart, openSyncFile, type SyncFile } from '../base/sync-file.js';
import { itemType } from './features.js';
import { datasetFiles } from './folder.js';
import { readIndices } from './indices.js';
import { type DescribedBatch, describeShard } from './shard.js';

/** A column of lists of integers or of float32 numbers on disk. The list of each row can be read separately, in any order. */
export interface ListColumn {
  rows: number;
  /** Length of the list of each row. */
  lengths: Int32Array;
  /** The `metadata` passed to `createDataset`; empty for a dataset of another program. */
  metadata: Record<string, string>;
  /** Identifier of the contents, given by the writer; changes with the contents. '' if absent. */
  fingerprint: string;
  /**
   * Copies the first `count` numbers of a row's list to `target`, beginning at `at`. Synchronous, because a batch consists
   * of hundreds of small reads, most of which the system's cache answers.
   *
   * @param target an Int32Array for a column of integers, a Float32Array for one of float32 numbers
   * @throws ArgumentError for a row that does not exist, more numbers than its list has, or a target that is too small or of the
   *   other type; FormatError for a number that does not fit a 32-bit integer; FileAccessError
   */
  read(row: number, count: number, target: Int32Array | Float32Array, at: number): void;
  /** Closes the files. Reading afterwards fails. */
  close(): void;
}

/**
 * Opens one column of lists of integers or float32 numbers of a dataset folder, for data larger than memory. Memory holds only a length and a
 * position per row. Reads the folders of `createDataset` and `datasets.save_to_disk`. The column of a folder that is not a path
 * is loaded into memory.
 *
 * @param dir path of the folder, or access to its files
 * @throws FileMissingError; FormatError; FieldMissingError; UnsupportedError
 * @example
 * const column = await openListColumn('cells.dataset', 'input_ids');
 * const tokens = new Int32Array(column.lengths[5]);
 * column.read(5, tokens.length, tokens, 0); // fills tokens with row 5
 * column.close();
 */
export async function openListColumn(dir: FolderInput, name: string): Promise<ListColumn> {
  const { folder, shards, indices, metadata, fingerprint } = await datasetFiles(dir);
  const files: SyncFile[] = [];
  const close = (): void => files.splice(0).forEach((file) => file.close());
  const parts: Part[] = [];
  let selected: Float64Array | undefined;
  try {
    for (const shard of shards) {
      await withFile(folder, shard, async (source) => {
        const { schema, batches } = await describeShard(source);
        const buffers = findColumn(schema, name, source.name);
        // A path is read row by row; other sources cannot be read synchronously, so their column is loaded.
        const disk = typeof dir === 'string' ? await openSyncFile(source.name) : undefined;
        if (disk) files.push(disk);
        for (const batch of batches) {
          const part = await partOf(source, batch, buffers, name);
          const length = part.offsets[part.offsets.length - 1] * part.itemBytes;
          parts.push({ ...part, file: disk ?? (await loadPart(source, part.values, length)) });
        }
      });
    }
    if (indices.length) selected = await readIndices(folder, indices, rowsOf(parts));
    // The shards have the same names in every dataset, so another dataset may have taken the place of this one.
    folder.checkUnchanged();
  } catch (error) {
    close();
    throw error;
  }
  const { lengths, partOfRow, rowInPart } = locateRows(parts, selected);
  let scratch = new Uint8Array(0);
  let checked = performance.now();
  return {
    rows: lengths.length,
    lengths,
    metadata,
    fingerprint,
    read(row, count, target, at) {
      const part = parts[partOfRow[row]];
      checkRead(lengths, row, count, target, at, part?.isFloat);
      const size = count * part.itemBytes;
      if (scratch.length < size) scratch = new Uint8Array(2 * size);
      const now = performance.now();
      if (now > checked + CHECK_MILLISECONDS) {
        for (const file of files) file.checkUnchanged();
        checked = now;
      }
      part.file.read(scratch, size, part.values + part.offsets[rowInPart[row]] * part.itemBytes);
      if (target instanceof Float32Array) decodeFloats(scratch, count, target, at);
      else decode(scratch, count, part, target, at, name);
    },
    close,
  };
}

/** Interval in which the files are checked for changes by other programs; a check per row would cost a third of its time. */
const CHECK_MILLISECONDS = 50;

/** A row outside the column, or a longer list, would give numbers of another row. */
function checkRead(
  lengths: Int32Array,
  row: number,
  count: number,
  target: Int32Array | Float32Array,
  at: number,
  isFloat = false,
): void {
  if (!(Number.isInteger(row) && row >= 0 && row < lengths.length)) {
    throw ArgumentError.of('read: row', row, `a row below ${lengths.length}`);
  }
  if (!(Number.isInteger(count) && count >= 0 && count <= lengths[row])) {
    throw ArgumentError.of('read: count', count, `at most ${lengths[row]}, the length of row ${row}`);
  }
  const type = isFloat ? Float32Array : Int32Array;
  if (Number.isInteger(at) && at >= 0 && target instanceof type && at + count <= target.length) return;
  const problem = `has no place for ${count} numbers from ${at} on`;
  const article = isFloat ? 'a' : 'an';
  throw new ArgumentError('read: target', problem, `use ${article} ${type.name} that is long enough`);
}

function rowsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.offsets.length - 1, 0);
}

/** Returns the length, the part and the position within the part of each row, or of each selected row. */
function locateRows(
  parts: readonly Part[],
  selected: Float64Array | undefined,
): { lengths: Int32Array; partOfRow: Uint32Array; rowInPart: Uint32Array } {
  const rows = rowsOf(parts);
  const lengths = new Int32Array(rows);
  const partOfRow = new Uint32Array(rows);
  const rowInPart = new Uint32Array(rows);
  let row = 0;
  parts.forEach(({ offsets }, part) => {
    for (let i = 0; i + 1 < offsets.length; i++, row++) {
      lengths[row] = offsets[i + 1] - offsets[i];
      partOfRow[row] = part;
      rowInPart[row] = i;
    }
  });
  if (!selected) return { lengths, partOfRow, rowInPart };
  return {
    lengths: Int32Array.from(selected, (at) => lengths[at]),
    partOfRow: Uint32Array.from(selected, (at) => partOfRow[at]),
    rowInPart: Uint32Array.from(selected, (at) => rowInPart[at]),
  };
}

/** The lists of one record batch. */
interface Part {
  file: SyncFile;
  /** Position of the first number in the file. */
  values: number;
  /** Offsets of the lists among the numbers, one per list and the end of the last. */
  offsets: Int32Array;
  itemBytes: 1 | 2 | 4 | 8;
  isSigned: boolean;
  isFloat: boolean;
}

/** Position of a column among the buffers and nodes of a batch, and its layout. */
interface ColumnBuffers {
  buffer: number;
  node: number;
  itemBytes: Part['itemBytes'];
  isSigned: boolean;
  isFloat: boolean;
  /** Type of the offsets, or the length of every list. */
  lists: '32-bit offsets' | '64-bit offsets' | number;
}

function listKind(type: DataType): ColumnBuffers['lists'] {
  if (DataType.isFixedSizeList(type)) return type.listSize;
  return DataType.isLargeList(type) ? '64-bit offsets' : '32-bit offsets';
}

/** Supported widths of integers, in bits. */
const WIDTHS = [8, 16, 32, 64];

/** Finds a column by name. Buffers and nodes have the order of the columns; a list precedes its items. */
function findColumn(schema: Schema, name: string, path: string): ColumnBuffers {
  let buffer = 0;
  let node = 0;
  for (const field of schema.fields) {
    if (field.name === name) {
      const type = field.type as DataType;
      const item = itemType(type);
      if (item && DataType.isFloat(item) && item.precision === Precision.SINGLE) {
        return { buffer, node, itemBytes: 4, isSigned: true, isFloat: true, lists: listKind(type) };
      }
      if (!item || !DataType.isInt(item) || !WIDTHS.includes(item.bitWidth)) {
        const remedy = 'check that this is a tokenized dataset';
        throw new UnsupportedError(path, `column '${name}'`, `type ${String(type)}`, remedy);
      }
      const itemBytes = (item.bitWidth / 8) as Part['itemBytes'];
      return { buffer, node, itemBytes, isSigned: item.isSigned, isFloat: false, lists: listKind(type) };
    }
    const size = sizeOf(field, path);
    buffer += size.buffers;
    node += size.nodes;
  }
  throw new FieldMissingError(
    path,
    `column '${name}'`,
    schema.fields.map((field) => field.name),
  );
}

function sizeOf(field: Field, path: string): { buffers: number; nodes: number } {
  const type = field.type as DataType;
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type)) return { buffers: 2, nodes: 1 };
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return { buffers: 3, nodes: 1 };
  if (DataType.isTimestamp(type) || DataType.isDate(type) || DataType.isTime(type) || DataType.isDuration(type)) {
    return { buffers: 2, nodes: 1 };
  }
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return { buffers: 3, nodes: 1 };
  if (DataType.isDictionary(type)) return { buffers: 2, nodes: 1 };
  if (DataType.isNull(type)) return { buffers: 0, nodes: 1 };
  if (itemType(type) || DataType.isStruct(type)) {
    const own = DataType.isFixedSizeList(type) || DataType.isStruct(type) ? 1 : 2;
    const parts = type.children.map((child) => sizeOf(child, path));
    return parts.reduce((sum, { buffers, nodes }) => ({ buffers: sum.buffers + buffers, nodes: sum.nodes + nodes }), {
      buffers: own,
      nodes: 1,
    });
  }
  const remedy = 'remove the column and save the dataset again';
  throw new UnsupportedError(path, `column '${field.name}'`, `type ${String(type)}`, remedy);
}

async function partOf(
  source: ByteSource,
  { header, body }: DescribedBatch,
  column: ColumnBuffers,
  name: string,
): Promise<Omit<Part, 'file'>> {
  const where = `column '${name}'`;
  const damaged = (problem: string): FormatError =>
    new FormatError(source.name, where, problem, 'the shard is damaged; write it again');
  const [lists, items] = [header.nodes[column.node], header.nodes[column.node + 1]];
  // A fixed-size list has a bitmap of missing lists but no offsets.
  const isFixed = typeof column.lists === 'number';
  const values = header.buffers[column.buffer + (isFixed ? 2 : 3)];
  if (!lists || !items || !values) throw damaged('is not in every batch');
  if (lists.length !== header.length) throw damaged(`has ${lists.length} lists in a batch of ${header.length} rows`);
  if (lists.nullCount + items.nullCount > 0) {
    throw new UnsupportedError(source.name, where, 'a list with missing values', 'fill or drop them first');
  }
  const ends = isFixed ? undefined : header.buffers[column.buffer + 1];
  const offsets = await readOffsets(
    source,
    column.lists,
    header.length,
    ends && { ...ends, offset: body + ends.offset },
    damaged,
  );
  for (let row = 0; row < header.length; row++) {
    if (offsets[row] < 0 || offsets[row + 1] < offsets[row]) {
      throw damaged('has offsets that decrease');
    }
  }
  if (offsets[header.length] * column.itemBytes > values.length) {
    throw damaged('has offsets beyond its values');
  }
  const { itemBytes, isSigned, isFloat } = column;
  return { values: body + values.offset, offsets, itemBytes, isSigned, isFloat };
}

/** Returns the offsets of the lists of a batch among its values, one per list and the end of the last. */
async function readOffsets(
  source: ByteSource,
  lists: ColumnBuffers['lists'],
  rows: number,
  stored: { offset: number; length: number } | undefined,
  damaged: (problem: string) => FormatError,
): Promise<Int32Array> {
  if (typeof lists === 'number') {
    if (rows * lists > MAX_VALUES) throw damaged('has offsets beyond its values');
    return Int32Array.from({ length: rows + 1 }, (_, row) => row * lists);
  }
  const size = lists === '64-bit offsets' ? 8 : 4;
  const length = size * (rows + 1);
  if (rows === 0) return new Int32Array(1);
  if (!stored || stored.length < length) throw damaged('has too few offsets');
  // A copy, because the memory of a source may be unaligned.
  const bytes = (await source.read(stored.offset, length)).slice();
  if (size === 4) return new Int32Array(bytes.buffer);
  return Int32Array.from(new BigInt64Array(bytes.buffer), (offset) => {
    if (offset > MAX_VALUES) throw damaged('has offsets beyond its values');
    return Number(offset);
  });
}

const MAX_VALUES = 2 ** 31 - 1;

/** Decodes integers of any width to 32 bits. */
function decode(bytes: Uint8Array, count: number, part: Part, target: Int32Array, at: number, name: string): void {
  const { itemBytes, isSigned } = part;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let i = 0; i < count; i++) {
    const from = i * itemBytes;
    if (itemBytes === 1) target[at + i] = isSigned ? view.getInt8(from) : view.getUint8(from);
    else if (itemBytes === 2) target[at + i] = isSigned ? view.getInt16(from, true) : view.getUint16(from, true);
    else {
      const low = view.getInt32(from, true);
      const fits = itemBytes === 4 ? isSigned || low >= 0 : view.getInt32(from + 4, true) === low >> 31;
      if (!fits) {
        const problem = 'contains a number that does not fit a 32-bit integer';
        throw new FormatError(part.file.name, `column '${name}'`, problem, 'check that this is a tokenized dataset');
      }
      target[at + i] = low;
    }
  }
}

function decodeFloats(bytes: Uint8Array, count: number, target: Float32Array, at: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let i = 0; i < count; i++) target[at + i] = view.getFloat32(4 * i, true);
}
