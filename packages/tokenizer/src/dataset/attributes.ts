import { type CellSource, type Column, columnAsStrings } from '@geneformer-ts/io';
import { ColumnError } from '../errors.js';

/** Obs columns to carry over: all, some by name, or by name with the name to give them in the dataset. */
export type AttributeOption = 'all' | readonly string[] | Readonly<Record<string, string>>;

/** Columns every tokenised dataset writes itself. */
const RESERVED_COLUMNS: readonly string[] = ['input_ids', 'length', 'cell_id', 'source', 'n_counts', 'counts'];

export type AttributeFeature = 'int64' | 'float64' | 'string' | 'bool';
export type AttributeValues = BigInt64Array | Float64Array | (string | null)[] | (boolean | null)[];

/** One obs column over all sources, under the name and type it has in the dataset. */
export interface Attribute {
  name: string;
  feature: AttributeFeature;
  /** Values of the given cells of one source. */
  take(source: number, cells: readonly number[]): AttributeValues;
}

/**
 * Decides name and type of every attribute. A number column is int64 when all its values in all sources are whole, else
 * float64 (missing: NaN); others are bool or string (missing: null); a column whose kind differs between sources becomes
 * string. With 'all', a column whose name the dataset needs itself gets the prefix `obs_`, and a source that lacks a
 * column counts as missing it.
 *
 * @param written an obs column that the dataset holds already, under its own name: left out of 'all'
 * @throws ColumnError when a named column is absent from a source, or a name is taken
 */
export function planAttributes(sources: readonly CellSource[], option: AttributeOption, written?: string): Attribute[] {
  const names = option === 'all' ? allNames(sources, written) : namedColumns(sources, option);
  return [...names].map(([from, name]) => {
    const columns = sources.map((source) => source.obs.columns.get(from));
    const feature = commonFeature(columns);
    const textOf = columns.map(lazyStrings);
    return { name, feature, take: (source, cells) => takeAs(feature, columns[source], textOf[source], cells) };
  });
}

function allNames(sources: readonly CellSource[], written: string | undefined): Map<string, string> {
  const names = new Map<string, string>();
  for (const source of sources) {
    for (const name of source.obs.columns.keys()) {
      if (name === written) continue;
      names.set(name, RESERVED_COLUMNS.includes(name) ? `obs_${name}` : name);
    }
  }
  return names;
}

function namedColumns(sources: readonly CellSource[], option: Exclude<AttributeOption, 'all'>): Map<string, string> {
  const names = new Map<string, string>(
    Array.isArray(option) ? option.map((name: string) => [name, name]) : Object.entries(option),
  );
  const taken = new Set(RESERVED_COLUMNS);
  for (const [from, name] of names) {
    for (const source of sources) {
      if (source.obs.columns.has(from)) continue;
      const there = [...source.obs.columns.keys()].join(', ') || 'none';
      throw new ColumnError(source.path, from, `no obs column ${from} for option attributes; obs columns: ${there}`);
    }
    if (taken.has(name)) {
      throw new ColumnError(
        sources[0].path,
        from,
        `attribute ${from} would be written as ${name}, which is taken; give it another name with attributes: { ${from}: 'other' }`,
      );
    }
    taken.add(name);
  }
  return names;
}

function featureOf(column: Column): AttributeFeature {
  if (column.kind === 'number') return column.values.every(Number.isSafeInteger) ? 'int64' : 'float64';
  if (column.kind === 'boolean') return 'bool';
  return 'string';
}

function commonFeature(columns: readonly (Column | undefined)[]): AttributeFeature {
  const features = new Set(columns.filter((column) => column !== undefined).map(featureOf));
  if (features.has('string') || (features.has('bool') && features.size > 1)) return 'string';
  if (features.has('bool')) return 'bool';
  // A source without the column is missing it, which only float64 can say.
  return features.has('float64') || columns.includes(undefined) ? 'float64' : 'int64';
}

function lazyStrings(column: Column | undefined): () => (string | null)[] {
  let strings: (string | null)[] | undefined;
  return () => (strings ??= column === undefined ? [] : columnAsStrings(column));
}

function takeAs(
  feature: AttributeFeature,
  column: Column | undefined,
  text: () => (string | null)[],
  cells: readonly number[],
): AttributeValues {
  if (feature === 'string') {
    const strings = text();
    return cells.map((cell) => strings[cell] ?? null);
  }
  if (feature === 'bool') {
    const values = column?.kind === 'boolean' ? column.values : [];
    return cells.map((cell) => values[cell] ?? null);
  }
  const values = column?.kind === 'number' ? column.values : undefined;
  if (feature === 'int64') return BigInt64Array.from(cells, (cell) => BigInt(values?.[cell] ?? 0));
  return Float64Array.from(cells, (cell) => values?.[cell] ?? NaN);
}
