import { closeSync, openSync, readSync } from 'node:fs';
import { DataType, type Field, type Schema } from 'apache-arrow';
import { FieldMissingError, FileAccessError, FormatError, UnsupportedError, fileError } from '../errors.js';
import { datasetFiles } from './read.js';
import { describeShard, type DescribedBatch } from './shard.js';

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
 * Opens one column of lists of whole numbers of a dataset folder, for data larger than memory: what is held is a length and a position
 * a row. Reads what `createDataset` and `datasets.save_to_disk` write.
 *
 * @throws FileMissingError, FormatError, FieldMissingError, UnsupportedError
 */
export async function openListColumn(dir: string, name: string): Promise<ListColumn> {
  const { shards, metadata, fingerprint } = await datasetFiles(dir);
  const files: number[] = [];
  const close = (): void => files.splice(0).forEach((file) => closeSync(file));
  const parts: Part[] = [];
  try {
    for (const path of shards) {
      const { schema, batches } = await describeShard(path);
      const place = placeOf(schema, name, path);
      const shard = { path, file: openFile(path) };
      files.push(shard.file);
      parts.push(...batches.map((batch) => partOf(shard, batch, place, name)));
    }
  } catch (error) {
    close();
    throw error;
  }
  const rows = parts.reduce((sum, part) => sum + part.offsets.length - 1, 0);
  const lengths = new Int32Array(rows);
  const partOfRow = new Uint32Array(rows);
  const rowInPart = new Uint32Array(rows);
  let row = 0;
  parts.forEach(({ offsets }, part) => {
    for (let i = 0; i + 1 < offsets.length; i++, row++) {
      lengths[row] = offsets[i + 1]! - offsets[i]!;
      partOfRow[row] = part;
      rowInPart[row] = i;
    }
  });
  let scratch = new Uint8Array(0);
  return {
    rows,
    lengths,
    metadata,
    fingerprint,
    read(row, count, target, at) {
      const part = parts[partOfRow[row]!]!;
      const size = count * part.itemBytes;
      if (scratch.length < size) scratch = new Uint8Array(2 * size);
      readWhole(part.shard, scratch, size, part.values + part.offsets[rowInPart[row]!]! * part.itemBytes);
      decode(scratch, count, part, target, at, name);
    },
    close,
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
      const item = DataType.isList(type) ? (type.valueType as DataType) : undefined;
      if (!item || !DataType.isInt(item) || !WIDTHS.includes(item.bitWidth)) {
        const remedy = 'is this a tokenised dataset?';
        throw new UnsupportedError(path, `column '${name}'`, `type ${String(type)}`, remedy);
      }
      return { buffer, node, itemBytes: (item.bitWidth / 8) as Part['itemBytes'], isSigned: item.isSigned };
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
  if (DataType.isList(type)) {
    const item = sizeOf(type.children[0]!, path);
    return { buffers: 2 + item.buffers, nodes: 1 + item.nodes };
  }
  const remedy = 'remove the column and save the dataset again';
  throw new UnsupportedError(path, `column '${field.name}'`, `type ${String(type)}`, remedy);
}

function partOf(shard: Shard, { header, body }: DescribedBatch, place: Place, name: string): Part {
  const where = `column '${name}'`;
  const damaged = (problem: string): FormatError =>
    new FormatError(shard.path, where, problem, 'the shard is damaged; write it again');
  if (header.compression) {
    throw new UnsupportedError(shard.path, where, 'a compressed record batch', 'save the dataset without compression');
  }
  const [lists, items] = [header.nodes[place.node], header.nodes[place.node + 1]];
  const [ends, values] = [header.buffers[place.buffer + 1], header.buffers[place.buffer + 3]];
  if (!lists || !items || !ends || !values) throw damaged('is not in every batch');
  if (lists.length !== header.length) throw damaged(`has ${lists.length} lists in a batch of ${header.length} rows`);
  if (lists.nullCount + items.nullCount > 0) {
    throw new UnsupportedError(shard.path, where, 'a list with missing values', 'fill or drop them first');
  }
  if (header.length > 0 && ends.length < 4 * (header.length + 1)) throw damaged('has too few offsets');
  const bytes = new Uint8Array(4 * (header.length + 1));
  if (header.length > 0) readWhole(shard, bytes, bytes.length, body + ends.offset);
  const offsets = new Int32Array(bytes.buffer);
  for (let row = 0; row < header.length; row++) {
    if (offsets[row]! < 0 || offsets[row + 1]! < offsets[row]!) {
      throw damaged('has offsets that fall');
    }
  }
  if (offsets[header.length]! * place.itemBytes > values.length) {
    throw damaged('has offsets beyond its values');
  }
  return { shard, values: body + values.offset, offsets, itemBytes: place.itemBytes, isSigned: place.isSigned };
}

function openFile(path: string): number {
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
