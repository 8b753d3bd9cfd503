import { type CellSource, otherFeatureTypes } from '@geneformer-ts/io';
import { ColumnError, FractionalCountsError, LogNormalisedError, NotCountsError } from '../errors.js';
import { speciesOf } from '../genes/gene-id.js';

const KEPT = /^(true|1(\.0*)?)$/i;
const LEFT_OUT = /^(|false|nan|none|null|na|[-+]?\d*\.?\d+(e[-+]?\d+)?)$/i;

/**
 * Whether text keeps a cell: one or true, however it was written (`1`, `1.0`, `True`).
 *
 * @throws ColumnError for words such as `yes`, which may mean either
 */
function passes(value: string | null, path: string): boolean {
  const text = value?.trim() ?? '';
  if (KEPT.test(text)) return true;
  if (LEFT_OUT.test(text)) return false;
  throw new ColumnError(
    path,
    'filter_pass',
    `obs column filter_pass holds '${text}'; write 1 or true for cells to keep and 0 or false for others`,
  );
}

/**
 * Returns one byte per cell: 1 where the obs column `filter_pass` is 1 or true, else 0. Undefined when the file has no such column;
 * all cells are then kept.
 *
 * @throws ColumnError when the column holds words other than true and false
 */
export function cellsThatPass(source: CellSource): Uint8Array | undefined {
  const column = source.obs.columns.get('filter_pass');
  if (column === undefined) return undefined;
  const { path } = source;
  switch (column.kind) {
    case 'number':
      return Uint8Array.from(column.values, (value) => (value === 1 ? 1 : 0));
    case 'boolean':
      return Uint8Array.from(column.values, (value) => (value === true ? 1 : 0));
    case 'string':
      return Uint8Array.from(column.values, (value) => (passes(value, path) ? 1 : 0));
    case 'categorical': {
      const kept = column.categories.map((category) => passes(category, path));
      return Uint8Array.from(column.codes, (code) => (kept[code] === true ? 1 : 0));
    }
  }
}

const OF_SPECIES = 'genes of another species';

/** Columns of a matrix whose counts are not part of a cell's total. */
export interface ApartColumns {
  /** Why, by column; undefined for those that count. */
  kindOf: (string | undefined)[];
  /** 1 for those columns; undefined when there are none. */
  uncounted: Uint8Array | undefined;
}

/**
 * The columns that are not genes, for files opened with features of all types, and the genes of another species than those
 * that are known: in a mixture of human and mouse cells the genes of the mouse are no part of a human cell's total.
 *
 * @param tokenOfColumn token of each column, −1 for none
 */
export function apartColumns(
  { var: genes }: CellSource,
  ids: readonly string[],
  tokenOfColumn: Int32Array,
): ApartColumns {
  const types = otherFeatureTypes(genes);
  const own = new Set<string | undefined>();
  tokenOfColumn.forEach((token, column) => token >= 0 && own.add(speciesOf(ids[column])));
  own.delete(undefined);
  const kindOf = ids.map((id, column) => {
    if (types?.[column] !== undefined) return types[column];
    if (own.size === 0 || tokenOfColumn[column] >= 0) return undefined;
    const species = speciesOf(id);
    return species === undefined || own.has(species) ? undefined : `${OF_SPECIES} (${species})`;
  });
  const some = kindOf.some((kind) => kind !== undefined);
  return { kindOf, uncounted: some ? Uint8Array.from(kindOf, (kind) => (kind === undefined ? 0 : 1)) : undefined };
}

/** Whether columns are set apart for their species, so that they still tell of which species the cells are. */
export function isOtherSpecies(kind: string | undefined): boolean {
  return kind?.startsWith(OF_SPECIES) ?? false;
}

/** Values above this are not logarithms of counts: log2 of a million is 20. */
const LARGEST_LOGARITHM = 25;

/** Non-zero values seen so far. */
export interface ValueCounts {
  nonZero: number;
  /** Those that are not whole numbers. */
  fractional: number;
  largest: number;
}

/** @throws LogNormalisedError, FractionalCountsError when some values are not whole numbers */
export function checkWholeCounts(path: string, { nonZero, fractional, largest }: ValueCounts): void {
  if (fractional === 0) return;
  const share = fractional / nonZero;
  if (share > 0.5 && largest < LARGEST_LOGARITHM) throw new LogNormalisedError(path, share, largest);
  throw new FractionalCountsError(path, share, largest, fractional);
}

/** What was thrown while `source` was read; an error about values that are not counts names the matrices that hold counts. */
export async function withCountLayers(cause: unknown, source: CellSource): Promise<unknown> {
  if (!(cause instanceof NotCountsError)) return cause;
  return cause.withLayers(await source.countLayers?.());
}
