import { type CountMatrix, otherFeatureTypes } from '@geneformer-ts/io';
import { ColumnError, FractionalCountsError, LogNormalizedError, NotCountsError } from '../errors.js';
import { speciesOf } from '../genes/gene-id.js';

const KEPT = /^(true|1(\.0*)?)$/i;
const LEFT_OUT = /^(|false|nan|none|null|na|[-+]?\d*\.?\d+(e[-+]?\d+)?)$/i;

/**
 * Returns whether a text marks a cell to keep: 1 or true in any spelling (`1`, `1.0`, `True`).
 *
 * @throws ColumnError for other words, such as `yes`
 */
function passes(value: string | null, path: string): boolean {
  const text = value?.trim() ?? '';
  if (KEPT.test(text)) return true;
  if (LEFT_OUT.test(text)) return false;
  throw new ColumnError(
    path,
    'filter_pass',
    `obs column filter_pass contains '${text}'; write 1 or true for cells to keep and 0 or false for others`,
  );
}

/**
 * Returns one byte per cell: 1 if the obs column `filter_pass` is 1 or true, else 0. Returns undefined, which keeps all
 * cells, if the file has no such column.
 *
 * @throws ColumnError if the column contains words other than true and false
 */
export function cellsThatPass(source: CountMatrix): Uint8Array | undefined {
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

/** The columns of a matrix whose counts are not part of a cell's total. */
export interface ApartColumns {
  /** The kind of feature, by column; undefined for columns that count. */
  kindOf: (string | undefined)[];
  /** One byte per column, 1 for those that do not count; undefined if all count. */
  uncounted: Uint8Array | undefined;
}

/**
 * Returns the columns whose counts do not belong to the cells: features other than genes, in files opened with all feature
 * types, and genes of other species than the known genes. In a mixture of human and mouse cells, mouse genes are not part of
 * the total of a human cell.
 *
 * @param tokenOfColumn token of each column, −1 if it has none
 */
export function apartColumns(
  { var: genes }: CountMatrix,
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

/** Returns whether a kind of excluded columns means genes of another species, which still show the species of the cells. */
export function isOtherSpecies(kind: string | undefined): boolean {
  return kind?.startsWith(OF_SPECIES) ?? false;
}

/** Larger values are not logarithms of counts: log2 of a million is 20. */
const LARGEST_LOGARITHM = 25;

/** Summary of the values read so far. */
export interface ValueCounts {
  /** Number of values that are not zero. */
  nonZero: number;
  /** Number of values that are not whole numbers. */
  fractional: number;
  /** The largest value. */
  largest: number;
}

/**
 * Checks that all values are whole numbers.
 *
 * @throws LogNormalizedError, FractionalCountsError
 */
export function checkWholeCounts(path: string, { nonZero, fractional, largest }: ValueCounts): void {
  if (fractional === 0) return;
  const share = fractional / nonZero;
  if (share > 0.5 && largest < LARGEST_LOGARITHM) throw new LogNormalizedError(path, share, largest);
  throw new FractionalCountsError(path, share, largest, fractional);
}

/** Returns `cause`, or for a `NotCountsError` a copy that names the matrices of `source` that contain raw counts. */
export async function withCountLayers(cause: unknown, source: CountMatrix): Promise<unknown> {
  if (!(cause instanceof NotCountsError)) return cause;
  return cause.withLayers(await source.countLayers?.());
}
