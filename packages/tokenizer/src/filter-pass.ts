import type { CellSource } from '@geneformer-ts/io';

/** Values of `filter_pass` that keep a cell, as text: one, however it was stored. */
const PASSES = new Set(['1', 'true', 'True', 'TRUE']);

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
      return Uint8Array.from(column.values, (value) => (value !== null && PASSES.has(value) ? 1 : 0));
    case 'categorical': {
      const passes = column.categories.map((category) => PASSES.has(category));
      return Uint8Array.from(column.codes, (code) => (passes[code] === true ? 1 : 0));
    }
  }
}
