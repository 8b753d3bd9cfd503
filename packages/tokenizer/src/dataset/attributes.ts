import { type CountMatrix, type Column, columnAsStrings } from '@geneformer-ts/io';
import { ColumnError } from '../errors.js';

/** Obs columns to copy to the dataset: all, a list of names, or an object from obs names to new names. */
export type AttributeOption = 'all' | readonly string[] | Readonly<Record<string, string>>;

/** Columns that `tokenizeCells` writes itself. */
const RESERVED_COLUMNS: readonly string[] = ['input_ids', 'length', 'cell_id', 'source', 'n_counts', 'counts'];

export type AttributeFeature = 'int64' | 'float64' | 'string' | 'bool';
export type AttributeValues = BigInt64Array | Float64Array | (string | null)[] | (boolean | null)[];

/** An obs column of all sources, with its name and type in the dataset. */
export interface Attribute {
  name: string;
  feature: AttributeFeature;
  /** Returns the values of some cells of one source. */
  take(source: number, cells: readonly number[]): AttributeValues;
}

/**
 * Returns the attributes with their names and types. A number column is int64 if all values in all sources are whole, else
 * float64 (missing: NaN). Other columns are bool or string (missing: null); a column whose type differs between sources
 * becomes string. With 'all', a column whose name is reserved gets the prefix `obs_`, and a column that a source lacks counts as
 * missing there.
 *
 * @param written an obs column that the dataset already contains under its own name; 'all' skips it
 * @throws ColumnError if a named column is absent from a source, or two columns would get the same name
 */
export function planAttributes(
  sources: readonly CountMatrix[],
  option: AttributeOption,
  written?: string,
): Attribute[] {
  const names = option === 'all' ? allNames(sources, written) : namedColumns(sources, option);
  return [...names].map(([from, name]) => {
    const columns = sources.map((source) => source.obs.columns.get(from));
    const feature = commonFeature(columns);
    const textOf = columns.map(lazyStrings);
    return { name, feature, take: (source, cells) => takeAs(feature, columns[source], textOf[source], cells) };
  });
}

function allNames(sources: readonly CountMatrix[], written: string | undefined): Map<string, string> {
  const names = new Map<string, string>();
  for (const source of sources) {
    for (const name of source.obs.columns.keys()) {
      if (name === written) continue;
      names.set(name, RESERVED_COLUMNS.includes(name) ? `obs_${name}` : name);
    }
  }
  return names;
}

function namedColumns(sources: readonly CountMatrix[], option: Exclude<AttributeOption, 'all'>): Map<string, string> {
  const names = new Map<string, string>(
    Array.isArray(option) ? option.map((name: string) => [name, name]) : Object.entries(option),
  );
  const taken = new Set(RESERVED_COLUMNS);
  for (const [from, name] of names) {
    for (const source of sources) {
      if (source.obs.columns.has(from)) continue;
      const present = [...source.obs.columns.keys()].join(', ') || 'none';
      throw new ColumnError(
        source.path,
        from,
        `obs column ${from} of option attributes not found; obs columns: ${present}`,
      );
    }
    if (taken.has(name)) {
      throw new ColumnError(
        sources[0].path,
        from,
        `attribute ${from} cannot be named ${name}, which is already in use; give it another name with attributes: { ${from}: 'other' }`,
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
  // Of the number types, only float64 has a missing value, for sources without the column.
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
