import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import {
  type Column,
  FieldMissingError,
  type ListColumn,
  openDataset,
  openListColumn,
  type RecordBatchColumns,
} from '@geneformer-ts/io';
import { NotTokenizedError } from '../errors.js';

/** A tokenized dataset in memory. Cell `i` is `inputIds[offsets[i] … offsets[i + 1])`. */
export interface TokenizedDataset {
  cells: number;
  /** Start of each cell in `inputIds`, and the end of the last; length cells + 1. */
  offsets: Int32Array;
  inputIds: Int32Array;
  cellIds: string[];
  /** Other columns with one value per cell: source, n_counts and the copied obs columns. */
  attributes: Map<string, Column>;
  /** Counts per 10,000, aligned with `inputIds`; only if written with `keepCounts`. */
  counts?: Float32Array;
  /** '' if the dataset does not state it, as in those of other software. */
  vocabularyVersion: string;
  /** '' if the dataset does not state it. */
  vocabularyDigest: string;
  /** Maximum length that it was tokenized with; in datasets of other software, the length of the longest cell. */
  maxLength: number;
}

/** Columns that are not attributes. */
const SEQUENCE_COLUMNS = new Set(['input_ids', 'length', 'cell_id', 'counts']);

type Part = RecordBatchColumns['columns'][string];

/**
 * Reads a tokenized dataset into memory. Datasets of Geneformer's own tokenizer work too. Use `openCellStore` for datasets
 * larger than memory.
 *
 * ```ts
 * const { inputIds, offsets, attributes } = await readTokenized('pbmc3k.dataset');
 * const firstCell = inputIds.subarray(offsets[0], offsets[1]);
 * const types = attributes.get('cell_type');
 * ```
 *
 * @throws NotTokenizedError if the dataset has no lists of `input_ids`
 */
export async function readTokenized(dir: string): Promise<TokenizedDataset> {
  const dataset = await openDataset(dir);
  const names = Object.keys(dataset.features);
  const ids = dataset.features['input_ids'];
  if (typeof ids !== 'object' || ids.list !== 'int64') {
    throw new NotTokenizedError(
      dir,
      `column input_ids with lists of int64 not found (columns: ${names.join(', ')}); give a folder written by tokenizeCells`,
    );
  }
  const parts = new Map<string, Part[]>(names.map((name) => [name, []]));
  let cells = 0;
  for await (const batch of dataset.batches()) {
    cells += batch.rows;
    for (const name of names) parts.get(name)!.push(batch.columns[name]);
  }

  const { offsets, values } = joinLists(parts.get('input_ids')!, cells, Int32Array);
  const attributes = new Map<string, Column>();
  for (const name of names) {
    if (SEQUENCE_COLUMNS.has(name) || typeof dataset.features[name] === 'object') continue;
    attributes.set(name, joinColumn(parts.get(name)!, dataset.features[name]));
  }
  const cellIds = parts.get('cell_id')?.flatMap((part) => Array.from(part as ArrayLike<unknown>, String));
  const counts = parts.get('counts');
  const { metadata } = dataset;
  return {
    cells,
    offsets,
    inputIds: values,
    cellIds: cellIds ?? Array.from({ length: cells }, (_, cell) => String(cell)),
    attributes,
    ...(counts && { counts: joinLists(counts, cells, Float32Array).values }),
    vocabularyVersion: metadata['vocabulary_version'] ?? '',
    vocabularyDigest: metadata['vocabulary_digest'] ?? '',
    maxLength: Number(metadata['max_length'] ?? longest(offsets)),
  };
}

/** A tokenized dataset on disk. Models accept it in place of cells in memory. */
export interface OpenCellStore {
  /** Number of tokens per cell. */
  lengths: Int32Array;
  /** Copies the first `count` tokens of a cell to `target`, from index `at`. */
  copy(cell: number, count: number, target: Int32Array, at: number): void;
  /** Copies the counts per 10,000 of the first `count` tokens of a cell; only if the dataset was written with `keepCounts`. */
  copyCounts?(cell: number, count: number, target: Float32Array, at: number): void;
  /** Identifies the cells and their order; a training run can only be resumed with the same digest. */
  digest: string;
  /** Digest of the vocabulary, if the dataset states it. */
  vocabularyDigest?: string;
  /** Name of each cell, if the dataset has names and the option `cellIds` is not false. */
  cellIds?: readonly string[];
  /** Closes the files; call it after the last read. */
  close(): void;
}

/** Options of `openCellStore`. */
export interface CellStoreOptions {
  /** Whether to keep the names of the cells in memory, if the dataset has them; default true. */
  cellIds?: boolean;
}

const known: OptionNames<CellStoreOptions> = { cellIds: true };

/**
 * Opens a tokenized dataset without reading its tokens, for data larger than memory. Training, prediction and embedding accept
 * it in place of cells in memory and read the cells of each batch on demand. It needs about 16 bytes per cell plus its name.
 *
 * ```ts
 * const cells = await openCellStore('corpus.dataset');
 * await pretrain(model, cells, { tokensPerBatch: 8192 });
 * for await (const { cells: rows, data } of embedBatches(model, cells)) await write(rows, data);
 * cells.close();
 * ```
 *
 * @throws the errors of the io package if the folder is not a dataset or has no lists of `input_ids`
 */
export async function openCellStore(dir: string, options: CellStoreOptions = {}): Promise<OpenCellStore> {
  checkOptions('openCellStore', options, known);
  const { cellIds = true } = options;
  const column = await openListColumn(dir, 'input_ids');
  let counts: ListColumn | undefined;
  const close = (): void => [column, counts].forEach((opened) => opened?.close());
  try {
    counts = await optional(openListColumn(dir, 'counts'));
    const vocabularyDigest = column.metadata['vocabulary_digest'];
    const names = cellIds ? await cellNames(dir) : undefined;
    const { lengths } = column;
    const bytes = new Uint8Array(lengths.buffer, lengths.byteOffset, lengths.byteLength);
    // Hashing the tokens would mean reading all of them; the lengths and the fingerprint of the files identify them.
    return {
      lengths,
      copy: (cell, count, target, at) => column.read(cell, count, target, at),
      ...(counts && {
        copyCounts: (cell: number, count: number, target: Float32Array, at: number) =>
          counts!.read(cell, count, target, at),
      }),
      digest: sha256(`${sha256(bytes)} ${vocabularyDigest ?? ''} ${column.fingerprint}`),
      ...(vocabularyDigest && { vocabularyDigest }),
      ...(names && { cellIds: names }),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Returns undefined where the dataset does not have the column. */
function optional<T>(opening: Promise<T>): Promise<T | undefined> {
  return opening.catch((error: unknown) => {
    if (error instanceof FieldMissingError) return undefined;
    throw error;
  });
}

async function cellNames(dir: string): Promise<string[] | undefined> {
  const dataset = await optional(openDataset(dir, { columns: ['cell_id'] }));
  if (!dataset) return undefined;
  const names: string[] = [];
  for await (const { columns } of dataset.batches()) {
    for (const name of columns['cell_id'] as (string | null)[]) names.push(String(name));
  }
  return names;
}

function longest(offsets: Int32Array): number {
  let most = 0;
  for (let cell = 1; cell < offsets.length; cell++) most = Math.max(most, offsets[cell] - offsets[cell - 1]);
  return most;
}

interface Lists<T> {
  offsets: Int32Array;
  values: T;
}

function joinLists<T extends Int32Array | Float32Array>(
  parts: readonly Part[],
  cells: number,
  type: new (length: number) => T,
): Lists<T> {
  const lists = parts as unknown as readonly Lists<T>[];
  const values = new type(lists.reduce((sum, part) => sum + part.values.length, 0));
  const offsets = new Int32Array(cells + 1);
  let cell = 0;
  let at = 0;
  for (const part of lists) {
    values.set(part.values, at);
    for (let row = 1; row < part.offsets.length; row++) offsets[++cell] = at + part.offsets[row] - part.offsets[0];
    at += part.values.length;
  }
  return { offsets, values };
}

function joinColumn(parts: readonly Part[], feature: string): Column {
  if (feature === 'string') return { kind: 'string', values: parts.flatMap((part) => part as (string | null)[]) };
  if (feature === 'bool') return { kind: 'boolean', values: parts.flatMap((part) => part as (boolean | null)[]) };
  return {
    kind: 'number',
    values: Float64Array.from(parts.flatMap((part) => Array.from(part as Float64Array, Number))),
  };
}
