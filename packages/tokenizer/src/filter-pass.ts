import type { CellSource } from '@geneformer-ts/io';
import { ColumnError } from './errors.js';

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
