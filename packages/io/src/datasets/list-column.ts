import { FieldMissingError, FileAccessError, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { checkRegular, fileError } from '@geneformer-ts/core/node';
import { DataType, type Field, type Schema } from 'apache-arrow';
import { closeSync, openSync, readSync } from 'node:fs';
import { itemType } from './features.js';
import { datasetFiles } from './folder.js';
import { readIndices } from './indices.js';
import { type DescribedBatch, describeShard } from './shard.js';

/** A column of lists of whole numbers, left on disk: each row's list can be read by itself, in whatever order. */
export interface ListColumn {
  rows: number;
  /** Numbers in each row's list. */
  lengths: Int32Array;
  /** What `createDataset` was given as `metadata`; empty for a dataset from elsewhere. */
  metadata: Record<string, string>;
  /** What the writer names the contents by: other contents have another. '' when it gave none. */
  fingerprint: string;
  /**
   * Copies the first `count` numbers of a row's list to `target`, from `at` on. Synchronous: a batch of rows is some hundred small
   * reads, which the system's cache mostly answers.
   *
   * @throws FormatError for a number that does not fit 32 bits; FileAccessError
   */
  read(row: number, count: number, target: Int32Array, at: number): void;
  /** Gives the files back; reading after it fails. */
  close(): void;
}

/**
 * Opens one column of lists of whole numbers of a dataset folder, for data larger than memory: it holds a length and a position
 * per row. Reads what `createDataset` and `datasets.save_to_disk` write.
 *
 * @throws FileMissingError, FormatError, FieldMissingError, UnsupportedError
 */
export async function openListColumn(dir: string, name: string): Promise<ListColumn> {
  const { shards, indices, metadata, fingerprint } = await datasetFiles(dir);
  const files: number[] = [];
  const close = (): void => files.splice(0).forEach((file) => closeSync(file));
  const parts: Part[] = [];
  let picked: Float64Array | undefined;
  try {
    for (const path of shards) {
      const { schema, batches } = await describeShard(path);
      const place = placeOf(schema, name, path);
      const shard = { path, file: openFile(path) };
      files.push(shard.file);
      for (const batch of batches) parts.push(partOf(shard, batch, place, name));
    }
    if (indices.length) picked = await readIndices(indices, rowsOf(parts));
  } catch (error) {
    close();
    throw error;
  }
  const { lengths, partOfRow, rowInPart } = placesOf(parts, picked);
  let scratch = new Uint8Array(0);
  return {
    rows: lengths.length,
    lengths,
    metadata,
    fingerprint,
    read(row, count, target, at) {
      const part = parts[partOfRow[row]];
      const size = count * part.itemBytes;
      if (scratch.length < size) scratch = new Uint8Array(2 * size);
      readWhole(part.shard, scratch, size, part.values + part.offsets[rowInPart[row]] * part.itemBytes);
      decode(scratch, count, part, target, at, name);
    },
    close,
  };
}

function rowsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.offsets.length - 1, 0);
}

/** Of each row, or of each of the rows that are picked: its length, which part has it and where. */
function placesOf(
  parts: readonly Part[],
  picked: Float64Array | undefined,
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
  if (!picked) return { lengths, partOfRow, rowInPart };
  return {
    lengths: Int32Array.from(picked, (at) => lengths[at]),
    partOfRow: Uint32Array.from(picked, (at) => partOfRow[at]),
    rowInPart: Uint32Array.from(picked, (at) => rowInPart[at]),
  };
}

interface Shard {
  path: string;
  file: number;
}

/** The lists of one record batch. */
interface Part {
  shard: Shard;
  /** Where in the file the numbers begin. */
  values: number;
  /** Lists by position among the numbers, one more than there are. */
  offsets: Int32Array;
  itemBytes: 1 | 2 | 4 | 8;
  isSigned: boolean;
}

/** Which of the buffers and nodes of a batch are the column's. */
interface Place {
  buffer: number;
  node: number;
  itemBytes: Part['itemBytes'];
  isSigned: boolean;
  /** How the ends of the lists are stored, or how long every list is. */
  lists: '32-bit offsets' | '64-bit offsets' | number;
}

function listKind(type: DataType): Place['lists'] {
  if (DataType.isFixedSizeList(type)) return type.listSize;
  return DataType.isLargeList(type) ? '64-bit offsets' : '32-bit offsets';
}

/** Bits of a whole number. */
const WIDTHS = [8, 16, 32, 64];

/** Buffers and nodes come in the order of the columns, each before what it holds. */
function placeOf(schema: Schema, name: string, path: string): Place {
  let buffer = 0;
  let node = 0;
  for (const field of schema.fields) {
    if (field.name === name) {
      const type = field.type as DataType;
      const item = itemType(type);
      if (!item || !DataType.isInt(item) || !WIDTHS.includes(item.bitWidth)) {
        const remedy = 'is this a tokenised dataset?';
        throw new UnsupportedError(path, `column '${name}'`, `type ${String(type)}`, remedy);
      }
      const itemBytes = (item.bitWidth / 8) as Part['itemBytes'];
      return { buffer, node, itemBytes, isSigned: item.isSigned, lists: listKind(type) };
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

function partOf(shard: Shard, { header, body }: DescribedBatch, place: Place, name: string): Part {
  const where = `column '${name}'`;
  const damaged = (problem: string): FormatError =>
    new FormatError(shard.path, where, problem, 'the shard is damaged; write it again');
  const [lists, items] = [header.nodes[place.node], header.nodes[place.node + 1]];
  // A list of one length has no offsets, only the bits that say which lists are missing.
  const isFixed = typeof place.lists === 'number';
  const values = header.buffers[place.buffer + (isFixed ? 2 : 3)];
  if (!lists || !items || !values) throw damaged('is not in every batch');
  if (lists.length !== header.length) throw damaged(`has ${lists.length} lists in a batch of ${header.length} rows`);
  if (lists.nullCount + items.nullCount > 0) {
    throw new UnsupportedError(shard.path, where, 'a list with missing values', 'fill or drop them first');
  }
  const ends = isFixed ? undefined : header.buffers[place.buffer + 1];
  const offsets = readOffsets(
    shard,
    place.lists,
    header.length,
    ends && { ...ends, offset: body + ends.offset },
    damaged,
  );
  for (let row = 0; row < header.length; row++) {
    if (offsets[row] < 0 || offsets[row + 1] < offsets[row]) {
      throw damaged('has offsets that fall');
    }
  }
  if (offsets[header.length] * place.itemBytes > values.length) {
    throw damaged('has offsets beyond its values');
  }
  return { shard, values: body + values.offset, offsets, itemBytes: place.itemBytes, isSigned: place.isSigned };
}

/** The ends of a batch's lists among its values, one more than there are lists. */
function readOffsets(
  shard: Shard,
  lists: Place['lists'],
  rows: number,
  stored: { offset: number; length: number } | undefined,
  damaged: (problem: string) => FormatError,
): Int32Array {
  if (typeof lists === 'number') {
    if (rows * lists > MAX_VALUES) throw damaged('has offsets beyond its values');
    return Int32Array.from({ length: rows + 1 }, (_, row) => row * lists);
  }
  const size = lists === '64-bit offsets' ? 8 : 4;
  const bytes = new Uint8Array(size * (rows + 1));
  if (rows > 0) {
    if (!stored || stored.length < bytes.length) throw damaged('has too few offsets');
    readWhole(shard, bytes, bytes.length, stored.offset);
  }
  if (size === 4) return new Int32Array(bytes.buffer);
  return Int32Array.from(new BigInt64Array(bytes.buffer), (offset) => {
    if (offset > MAX_VALUES) throw damaged('has offsets beyond its values');
    return Number(offset);
  });
}

const MAX_VALUES = 2 ** 31 - 1;

function openFile(path: string): number {
  checkRegular(path);
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw fileError(path, cause);
  }
}

function readWhole({ path, file }: Shard, target: Uint8Array, length: number, position: number): void {
  try {
    for (let done = 0; done < length;) {
      const read = readSync(file, target, done, length - done, position + done);
      if (read === 0) throw new FileAccessError(path, 'became shorter while it was read');
      done += read;
    }
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/** Whole numbers of any width to 32 bits. */
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
        const problem = 'holds a number that does not fit 32 bits';
        throw new FormatError(part.shard.path, `column '${name}'`, problem, 'is this a tokenised dataset?');
      }
      target[at + i] = low;
    }
  }
}
