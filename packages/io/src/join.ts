import { FormatError, listSome } from './errors.js';
import { pickColumn, type Frame } from './frame.js';

/**
 * The table `obs` with the columns of `metadata` added, matched by the cells' names: with the index of `metadata`, or with
 * the first of its text columns that holds every cell. Rows for cells that are not there are dropped.
 *
 * @throws FormatError when a cell has no row, has two, or a column is in both tables
 */
export function joinFrame(obs: Frame, metadata: Frame, path: string, metadataPath: string): Frame {
  const rowOf = matchRows(obs.index, metadata, path, metadataPath);
  const columns = new Map(obs.columns);
  for (const [name, column] of metadata.columns) {
    if (columns.has(name)) {
      throw new FormatError(metadataPath, `column '${name}'`, `is in ${path} too`, 'rename or drop it in one of them');
    }
    columns.set(name, pickColumn(column, rowOf));
  }
  return { index: obs.index, columns };
}

function matchRows(cells: string[], metadata: Frame, path: string, metadataPath: string): Int32Array {
  const texts = [...metadata.columns.values()].flatMap((column) => (column.kind === 'string' ? [column.values] : []));
  let missing: string[] = [];
  for (const names of [metadata.index, ...texts]) {
    const rows = new Map<string | null, number>(names.map((name, row) => [name, row]));
    const absent = cells.filter((cell) => !rows.has(cell));
    if (absent.length === 0) {
      if (rows.size !== names.length) checkOnce(names, new Set(cells), metadataPath);
      return Int32Array.from(cells, (cell) => rows.get(cell)!);
    }
    if (names === metadata.index) missing = absent;
  }
  throw new FormatError(
    metadataPath,
    'cells',
    `${missing.length} of the ${cells.length} cells of ${path} have no row (${listSome(missing, 3)})`,
    'give a table whose first column names the cells',
  );
}

function checkOnce(names: readonly (string | null)[], cells: ReadonlySet<string | null>, metadataPath: string): void {
  const seen = new Set<string | null>();
  for (const name of names) {
    if (seen.has(name) && cells.has(name)) {
      throw new FormatError(metadataPath, `cell '${name ?? ''}'`, 'has two rows', 'keep one of them');
    }
    seen.add(name);
  }
}
