import type { CellSource } from '@geneformer-ts/io';

/** Whether text keeps a cell: one or true, however it was written (`1`, `1.0`, `True`). */
function passes(value: string | null): boolean {
  const text = value?.trim().toLowerCase() ?? '';
  return text === 'true' || Number(text) === 1;
}

/**
 * One byte a cell, 1 for those whose obs column `filter_pass` is 1 or true; undefined when there is no such column, so
 * that all cells are kept.
 */
export function cellsThatPass(source: CellSource): Uint8Array | undefined {
  const column = source.obs.columns.get('filter_pass');
  if (column === undefined) return undefined;
  switch (column.kind) {
    case 'number':
      return Uint8Array.from(column.values, (value) => (value === 1 ? 1 : 0));
    case 'boolean':
      return Uint8Array.from(column.values, (value) => (value === true ? 1 : 0));
    case 'string':
      return Uint8Array.from(column.values, (value) => (passes(value) ? 1 : 0));
    case 'categorical': {
      const kept = column.categories.map(passes);
      return Uint8Array.from(column.codes, (code) => (kept[code] === true ? 1 : 0));
    }
  }
}
