import { ArgumentError, FieldMissingError, FormatError, listSome } from '@geneformer-ts/core';
import { columnAsStrings, type DataFrame, pickColumn } from './data-frame.js';

/**
 * How the rows of a metadata table are matched to the cells. `'order'` is for a table without identifiers whose rows have the
 * order of the cells. Otherwise `column` identifies the cells and is matched to their index, or to the column `cells` of
 * their table.
 */
export type ObsJoin = 'order' | { column: string; cells?: string };

/** A metadata table. `named` is false if its index is only a row number. */
export interface MetadataTable extends DataFrame {
  named: boolean;
  /** Fields of the first line of a text table. */
  header?: readonly string[];
}

/** The table of cells with the columns of the metadata, and notes for the user. */
export interface JoinedFrame {
  obs: DataFrame;
  notes: string[];
}

/**
 * Adds the columns of `metadata` to `obs`. Without `how`, rows are matched by the only column, or the index, that names every
 * cell. Identifiers may be numbers, but row numbers are never matched. Rows of other cells are dropped and counted in the
 * notes.
 *
 * @throws FormatError when no column or several columns name the cells, when identifiers are not unique, when a cell has no
 *   row, or when a column is in both tables; FieldMissingError or ArgumentError for an invalid `how`
 */
export function joinFrame(
  obs: DataFrame,
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
      throw new FormatError(metadataPath, `column '${name}'`, `is also in ${path}`, 'rename or drop it in one of them');
    }
    columns.set(name, pickColumn(column, rowOf));
  }
  const extra = metadata.index.length - rowOf.length;
  const notes =
    extra > 0
      ? [`${metadataPath}: ${extra} of its ${metadata.index.length} rows do not belong to a cell of ${path}`]
      : [];
  return { obs: { index: obs.index, columns }, notes };
}

/**
 * Rejects a table whose first line names a cell: it has no header, and the cell would lose its row. Numbers are ignored,
 * because they can be names of columns.
 *
 * @throws FormatError
 */
function checkHeaderLine({ index }: DataFrame, { header }: MetadataTable, path: string, metadataPath: string): void {
  const texts = header?.filter((name) => name !== '' && !/^[\d.]+$/.test(name)) ?? [];
  if (texts.length === 0) return;
  const cells = new Set(index);
  const cell = texts.find((name) => cells.has(name));
  if (cell === undefined) return;
  throw new FormatError(
    metadataPath,
    'first line',
    `contains '${cell}', a cell of ${path}, so the table has no header line`,
    'add a header line with a name for every column',
  );
}

/** Returns the columns of a table that may identify cells. `field` is their name in messages. */
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

function inOrder(obs: DataFrame, metadata: MetadataTable, path: string, metadataPath: string): Int32Array {
  const [rows, cells] = [metadata.index.length, obs.index.length];
  if (rows === cells) {
    rejectOtherOrder(obs.index, metadata, path, metadataPath);
    return Int32Array.from({ length: cells }, (_, row) => row);
  }
  throw new FormatError(
    metadataPath,
    'rows',
    `there are ${rows} but ${path} has ${cells} cells, so they cannot be joined by order`,
    'use a table with one row per cell, or name the column that identifies the cells',
  );
}

/**
 * Rejects a join by order if the table names every cell in another order. If cells are named by numbers, columns other than
 * the first may be ranks and are ignored.
 */
function rejectOtherOrder(cells: readonly string[], metadata: MetadataTable, path: string, metadataPath: string): void {
  for (const { field, name, ids } of idColumns(metadata)) {
    if (ids.every((id, row) => id === cells[row])) return;
    const named = new Set(ids);
    if (name !== '' && cells.every((cell) => /^\d+$/.test(cell))) continue;
    if (!cells.every((cell) => named.has(cell))) continue;
    throw new FormatError(
      metadataPath,
      field,
      `names the cells of ${path} in another order`,
      `join by it: obsJoin: { column: '${name}' }`,
    );
  }
}

function cellIds(obs: DataFrame, path: string, name: string | undefined): readonly (string | null)[] {
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
  if (name === '')
    throw new ArgumentError(
      'obsJoin.column',
      `${path} has no column with an empty name`,
      'set it to the name of a column',
    );
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
      `set obsJoin to the column that identifies them, for example { column: '${first.candidate.name}' }`,
    );
  }
  return first.rows;
}

/** @throws FormatError that lists the first identifiers that occur more than once */
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
    'give every cell one row and a unique identifier',
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
      'add rows for them, or remove these cells from the matrix',
    );
  }
  const shown = columns.map(({ field, ids }) => `${field} (${listSome(ids.slice(0, 2).map((id) => id ?? 'NA'))}, …)`);
  return new FormatError(
    metadataPath,
    'cells',
    `no column contains a cell of ${path} (${listSome(
      cells.map((cell) => cell ?? 'NA'),
      3,
    )}); the table has ${listSome(shown, 4) || 'no columns'}`,
    "add a column with the names of the cells, or set the option 'obsJoin' to 'order' if the rows have their order",
  );
}
