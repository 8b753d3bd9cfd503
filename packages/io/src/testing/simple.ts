import { type CsrMatrix, toDense } from '@geneformer-ts/core';
import { columnAsStrings, type DataFrame } from '../anndata/data-frame.js';
import { type Element, kindOfElement, type NumberMatrix } from '../anndata/element.js';

/** Returns an element in the form in which the fixture has those that anndata reads. */
export function simple(value: Element | null): unknown {
  switch (kindOfElement(value)) {
    case 'scalar':
      return typeof value === 'bigint' ? Number(value) : value;
    case 'list':
      return Array.from(value as unknown[]);
    case 'dense':
      return rowsOf(value as NumberMatrix);
    case 'sparse':
      return rowsOf(toDense(value as CsrMatrix));
    case 'frame': {
      const { index, columns } = value as DataFrame;
      const values = [...columns].map(([name, column]) => [
        name,
        column.kind === 'number' ? Array.from(column.values) : columnAsStrings(column),
      ]);
      return { index, columns: Object.fromEntries(values) as unknown };
    }
    default:
      return Object.fromEntries(Object.entries(value as object).map(([name, item]) => [name, simple(item as Element)]));
  }
}

function rowsOf({ rows, cols, data }: NumberMatrix): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * cols, (row + 1) * cols)));
}
