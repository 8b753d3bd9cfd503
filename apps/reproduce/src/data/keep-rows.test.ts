import { describe, expect, test } from '@jest/globals';
import type { CountMatrix } from '@geneformer-ts/io';
import { keepRows } from './keep-rows.js';

/** Five cells in two blocks; cell `i` has count `i + 1` of gene `i % 2`. */
const source: CountMatrix = {
  path: 'atlas.h5ad',
  format: 'h5ad',
  nObs: 5,
  nVars: 2,
  obs: {
    index: ['a', 'b', 'c', 'd', 'e'],
    columns: new Map([['type', { kind: 'string', values: ['T', 'TEC', 'T', null, 'TEC'] }]]),
  },
  var: { index: ['g0', 'g1'], columns: new Map() },
  async *blocks() {
    for (const [from, to] of [
      [0, 3],
      [3, 5],
    ] as const) {
      const cells = Array.from({ length: to - from }, (_, row) => from + row);
      yield {
        rowStart: from,
        rows: cells.length,
        cols: 2,
        indptr: Int32Array.from([0, ...cells.map((_, row) => row + 1)]),
        indices: Int32Array.from(cells, (cell) => cell % 2),
        data: Float32Array.from(cells, (cell) => cell + 1),
      };
    }
  },
  close: async () => undefined,
};

describe('keepRows', () => {
  test('keeps the selected cells, with their counts and columns, in consecutive rows', async () => {
    const kept = keepRows(source, 'type', ['TEC']);
    expect(kept.nObs).toBe(2);
    expect(kept.obs.index).toEqual(['b', 'e']);
    expect(kept.obs.columns.get('type')).toEqual({ kind: 'string', values: ['TEC', 'TEC'] });
    const blocks = [];
    for await (const block of kept.blocks()) blocks.push(block);
    expect(blocks.map(({ rowStart, rows }) => [rowStart, rows])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(blocks.map(({ indices, data }) => [...indices, ...data])).toEqual([
      [1, 2],
      [0, 5],
    ]);
  });

  test('keeps the totals of other feature types, and the notes', async () => {
    const mixed: CountMatrix = {
      ...source,
      setApart: [
        { kind: 'Peaks', features: 1 },
        { kind: 'Custom', features: 1 },
      ],
      notes: ['a note'],
      async *blocks(options) {
        for await (const block of source.blocks(options)) {
          const setApart = Float64Array.from({ length: 2 * block.rows }, (_, at) => 10 * block.rowStart + at);
          yield { ...block, setApart };
        }
      },
    };
    const kept = keepRows(mixed, 'type', ['TEC']);
    expect([kept.setApart, kept.notes]).toEqual([mixed.setApart, mixed.notes]);
    const counts: number[][] = [];
    for await (const block of kept.blocks()) counts.push([...block.setApart!]);
    expect(counts).toEqual([
      [2, 3],
      [32, 33],
    ]);
  });

  test.each([
    ['kind', ['TEC'], /atlas\.h5ad: obs\/kind: column not found; choose one of: type/],
    ['type', ['TEC', 'tec'], /atlas\.h5ad: obs\/type: no cell has the value tec; the column has: T, TEC/],
    ['type', ['B', 'NK'], /atlas\.h5ad: obs\/type: no cell has the value B or NK; the column has: T, TEC/],
  ])('reports in one line an unknown column or value: %s, %j', (column, values, message) => {
    expect(() => keepRows(source, column, values)).toThrow(message);
  });
});
