import type { Column } from '../frame.js';
import { notRead } from './choice.js';
import { toFloat64 } from './convert.js';
import { isBoolean, type HdfFile } from './file.js';

/**
 * A dataset of one value a row as a column of its kind.
 * @throws UnsupportedError for a dataset of several dimensions or of a type that no column holds
 */
export function readArrayColumn(file: HdfFile, path: string): Column {
  const shape = file.shape(path);
  if (shape.length > 1) throw notRead(file, path, `a ${shape.length}-dimensional array`);
  const enumeration = file.metadata(path).enum_type;
  if (enumeration && !isBoolean(enumeration.members)) return categoricalOf(file, path, enumeration.members);
  switch (file.datasetKind(path)) {
    case 'string':
      return { kind: 'string', values: file.readStrings(path) };
    case 'boolean':
      return { kind: 'boolean', values: Array.from(toFloat64(file.readNumbers(path)), Boolean) };
    case 'number':
      return { kind: 'number', values: toFloat64(file.readNumbers(path)) };
    default:
      throw notRead(file, path, `a column of ${file.typeName(path)}`);
  }
}

/** An enumeration gives each value a name; values without one are missing. */
function categoricalOf(file: HdfFile, path: string, members: Record<string, number>): Column {
  const categories = Object.keys(members).sort((a, b) => members[a] - members[b]);
  const positions = new Map(categories.map((name, position) => [members[name], position]));
  const codes = Int32Array.from(toFloat64(file.readNumbers(path)), (value) => positions.get(value) ?? -1);
  return { kind: 'categorical', categories, codes };
}
