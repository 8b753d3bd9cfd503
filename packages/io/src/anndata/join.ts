import { ArgumentError, FieldMissingError, FormatError, listSome } from '@geneformer-ts/core';
import { columnAsStrings, type Frame, pickColumn } from './frame.js';

/**
 * How the rows of a metadata table are matched to the cells: `order` for a table without identifiers that has the cells' own
 * order, or the name of the `column` that identifies the cells, matched to their index or to a column `cells` of their own.
 */
export type ObsJoin = 'order' | { column: string; cells?: string };

/** A metadata table; `named` says whether its index is in the file or only counts the rows. */
export interface MetadataTable extends Frame {
  named: boolean;
  /** The fields of its first line, when it is a text table. */
  header?: readonly string[];
}

/** The cells' table with the columns of the metadata, and what a person should know of it. */
export interface JoinedFrame {
  obs: Frame;
  notes: string[];
}

/**
 * Adds the columns of `metadata` to `obs`. Without `how`, the rows are matched by the only column of the table, its index
 * included, that names every cell: identifiers that are numbers too, but never the number of a row. Rows for other cells are
 * left out and counted in the notes.
 *
 * @throws FormatError when no column or several name the cells, when identifiers repeat, when a cell has no row or a column
 *   is in both tables; FieldMissingError, ArgumentError for a `how` that does not fit
 */
export function joinFrame(
  obs: Frame,
  metadata: MetadataTable,
  path: string,
  metadataPath: string,
  how?: ObsJoin,
): JoinedFrame {
  checkHeaderLine(obs, metadata, path, metadataPath);
  const rowOf =
    how === 'order'
      ? inOrder(obs, metadata, path, metadataPath)
      : matchRows(cellIds(obs, path, how?.cells), candidates(metadata, metadataPath, how?.column), path, metadataPath);
  const columns = new Map(obs.columns);
  for (const [name, column] of metadata.columns) {
    if (columns.has(name)) {
      throw new FormatError(metadataPath, `column '${name}'`, `is in ${path} too`, 'rename or drop it in one of them');
    }
    columns.set(name, pickColumn(column, rowOf));
  }
  const extra = metadata.index.length - rowOf.length;
  const notes =
    extra > 0 ? [`${metadataPath}: ${extra} of its ${metadata.index.length} rows are for no cell of ${path}`] : [];
  return { obs: { index: obs.index, columns }, notes };
}

/**
 * A table whose first line names a cell has no header: the cell would lose its row. Numbers can be names of columns too.
 * @throws FormatError
 */
function checkHeaderLine({ index }: Frame, { header }: MetadataTable, path: string, metadataPath: string): void {
  const texts = header?.filter((name) => name !== '' && !/^[\d.]+$/.test(name)) ?? [];
  if (texts.length === 0) return;
  const cells = new Set(index);
  const cell = texts.find((name) => cells.has(name));
  if (cell === undefined) return;
  throw new FormatError(
    metadataPath,
    'first line',
    `holds '${cell}', a cell of ${path}, so the table has no header line`,
    'add a first line with a name for every column',
  );
}

/** The lists of names in a table that may identify cells, with how to call each in a message. */
export function idColumns(metadata: MetadataTable): { field: string; name: string; ids: readonly (string | null)[] }[] {
  return [
    ...(metadata.named ? [{ field: 'first column', name: '', ids: metadata.index }] : []),
    ...[...metadata.columns].map(([name, column]) => ({
      field: `column '${name}'`,
      name,
      ids: columnAsStrings(column),
    })),
  ];
}

function inOrder(obs: Frame, metadata: MetadataTable, path: string, metadataPath: string): Int32Array {
  const [rows, cells] = [metadata.index.length, obs.index.length];
  if (rows === cells) {
    refuseOtherOrder(obs.index, metadata, path, metadataPath);
    return Int32Array.from({ length: cells }, (_, row) => row);
  }
  throw new FormatError(
    metadataPath,
    'rows',
    `there are ${rows} where ${path} has ${cells} cells, so they cannot be joined by their order`,
    'give a table with one row per cell, or name the column that identifies the cells',
  );
}

/**
 * A table that names every cell, in another order than theirs, cannot be meant to be joined by order. Whole numbers in a
 * column other than the first may be ranks, though, when cells are called by numbers.
 */
function refuseOtherOrder(cells: readonly string[], metadata: MetadataTable, path: string, metadataPath: string): void {
  for (const { field, name, ids } of idColumns(metadata)) {
    if (ids.every((id, row) => id === cells[row])) return;
    const there = new Set(ids);
    if (name !== '' && cells.every((cell) => /^\d+$/.test(cell))) continue;
    if (!cells.every((cell) => there.has(cell))) continue;
    throw new FormatError(
      metadataPath,
      field,
      `names the cells of ${path} in another order than theirs`,
      `join by it: obsJoin: { column: '${name}' }`,
    );
  }
}

function cellIds(obs: Frame, path: string, name: string | undefined): readonly (string | null)[] {
  if (name === undefined) return obs.index;
  const column = obs.columns.get(name);
  if (column) return columnAsStrings(column);
  throw new FieldMissingError(path, `column '${name}' in obs`, [...obs.columns.keys()]);
}

function candidates(metadata: MetadataTable, path: string, name: string | undefined): ReturnType<typeof idColumns> {
  if (name === undefined) return idColumns(metadata);
  const column = metadata.columns.get(name);
  if (column) return [{ field: `column '${name}'`, name, ids: columnAsStrings(column) }];
  if (name === '' && metadata.named) return idColumns(metadata).slice(0, 1);
  if (name === '') throw new ArgumentError('obsJoin.column', `${path} has no column without a name`, 'name a column');
  throw new FieldMissingError(path, `column '${name}'`, [...metadata.columns.keys()]);
}

type Candidate = ReturnType<typeof idColumns>[number];

function matchRows(
  cells: readonly (string | null)[],
  columns: readonly Candidate[],
  path: string,
  metadataPath: string,
): Int32Array {
  const rowsByCell = new Set(cells);
  const matches: { candidate: Candidate; rows: Int32Array }[] = [];
  let best: { candidate: Candidate; missing: string[] } | undefined;
  for (const candidate of columns) {
    const rows = new Map(candidate.ids.map((id, row) => [id, row]));
    const missing = [...rowsByCell].filter((cell) => cell === null || !rows.has(cell)).map((cell) => cell ?? 'NA');
    if (missing.length === 0) matches.push({ candidate, rows: Int32Array.from(cells, (cell) => rows.get(cell)!) });
    else if (!best || missing.length < best.missing.length) best = { candidate, missing };
  }
  const [first, ...others] = matches;
  if (!first) throw noMatch(cells, best, columns, path, metadataPath);
  checkOnce(cells, path, 'cells');
  checkOnce(first.candidate.ids, metadataPath, first.candidate.field);
  for (const other of others) {
    if (other.rows.every((row, cell) => row === first.rows[cell])) continue;
    throw new FormatError(
      metadataPath,
      'cells',
      `${listSome(matches.map(({ candidate }) => candidate.field))} all name the cells of ${path} and disagree`,
      `say which identifies them, for example obsJoin: { column: '${first.candidate.name}' }`,
    );
  }
  return first.rows;
}

/** @throws FormatError that names the first identifiers that occur more than once */
function checkOnce(ids: readonly (string | null)[], path: string, field: string): void {
  const seen = new Set<string | null>();
  const twice = new Set<string>();
  for (const id of ids) {
    if (id !== null && seen.has(id)) twice.add(id);
    seen.add(id);
  }
  if (twice.size === 0) return;
  throw new FormatError(
    path,
    field,
    `${twice.size === 1 ? 'an identifier occurs' : `${twice.size} identifiers occur`} more than once (${listSome([...twice], 3)}), so rows cannot be matched`,
    'give every cell one row and an identifier of its own',
  );
}

function noMatch(
  cells: readonly (string | null)[],
  best: { candidate: Candidate; missing: string[] } | undefined,
  columns: readonly Candidate[],
  path: string,
  metadataPath: string,
): FormatError {
  const distinct = new Set(cells).size;
  if (best && best.missing.length < distinct) {
    const { candidate, missing } = best;
    return new FormatError(
      metadataPath,
      candidate.field,
      `${missing.length} of the ${distinct} cells of ${path} have no row (${listSome(missing, 3)})`,
      'add rows for them, or leave these cells out of the matrix',
    );
  }
  const shown = columns.map(({ field, ids }) => `${field} (${listSome(ids.slice(0, 2).map((id) => id ?? 'NA'))}, …)`);
  return new FormatError(
    metadataPath,
    'cells',
    `no column holds a cell of ${path} (${listSome(
      cells.map((cell) => cell ?? 'NA'),
      3,
    )}); there are ${listSome(shown, 4) || 'none'}`,
    "add a column with the cells' names, or join by order with the option 'obsJoin' if the rows have the cells' order",
  );
}
