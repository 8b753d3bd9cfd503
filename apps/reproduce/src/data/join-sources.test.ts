import { describe, expect, test } from '@jest/globals';
import type { CountMatrix, CsrBlock } from '@geneformer-ts/io';
import { joinSources } from './join-sources.js';

/** A source whose counts are given as one list of `[gene, count]` per cell. */
function source(path: string, genes: string[], cells: Record<string, [number, number][]>): CountMatrix {
  const rows = Object.values(cells);
  const block: CsrBlock = {
    rowStart: 0,
    rows: rows.length,
    cols: genes.length,
    indptr: Int32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]),
    indices: Int32Array.from(rows.flat().map(([gene]) => gene)),
    data: Float32Array.from(rows.flat().map(([, count]) => count)),
  };
  return {
    path,
    format: 'csv',
    nObs: rows.length,
    nVars: genes.length,
    obs: { index: Object.keys(cells), columns: new Map([['line', { kind: 'string', values: rows.map(() => path) }]]) },
    var: { index: genes, columns: new Map() },
    async *blocks() {
      yield block;
    },
    async close() {},
  };
}

async function rowsOf(blocks: AsyncIterable<CsrBlock>) {
  const rows: { row: number; counts: Record<number, number> }[] = [];
  for await (const { rowStart, rows: count, indptr, indices, data } of blocks) {
    for (let row = 0; row < count; row++) {
      const counts: Record<number, number> = {};
      for (let at = indptr[row]; at < indptr[row + 1]; at++) counts[indices[at]] = data[at]!;
      rows.push({ row: rowStart + row, counts });
    }
  }
  return rows;
}

describe('joinSources', () => {
  const first = source('plates/p1.csv.gz', ['A', 'B'], {
    c1: [
      [1, 5],
      [0, 2],
    ],
    c2: [[1, 1]],
  });
  const second = source('plates/p2.csv.gz', ['B', 'C', 'A'], {
    c1: [
      [0, 7],
      [1, 3],
      [2, 9],
    ],
  });

  test('unites the genes and puts the cells one after the other', async () => {
    const joined = joinSources([
      { source: first, set: { plate: 'one' } },
      { source: second, set: { plate: 'two' } },
    ]);
    expect(joined.var.index).toEqual(['A', 'B', 'C']);
    expect(await rowsOf(joined.blocks())).toEqual([
      { row: 0, counts: { 0: 2, 1: 5 } },
      { row: 1, counts: { 1: 1 } },
      { row: 2, counts: { 0: 9, 1: 7, 2: 3 } },
    ]);
    expect(joined.obs.columns.get('plate')).toEqual({ kind: 'string', values: ['one', 'one', 'two'] });
  });

  test('merges genes of one id, and drops columns that have one value per gene of the file', async () => {
    const columns = new Map([['ensembl_id', { kind: 'string' as const, values: ['E1', 'E1'] }]]);
    const annotated = { ...first, var: { ...first.var, columns } };
    const merged = joinSources([{ source: annotated, set: {}, geneIds: ['E1', 'E1'] }]);
    expect(merged.var).toEqual({ index: ['E1'], columns: new Map() });
    expect((await rowsOf(merged.blocks())).map(({ counts }) => counts)).toEqual([{ 0: 7 }, { 0: 1 }]);
    expect(joinSources([{ source: annotated, set: {} }]).var.columns).toBe(columns);
  });

  test('prefixes a repeated cell name with the name of its file', () => {
    const joined = joinSources([first, second].map((s) => ({ source: s, set: {} })));
    expect(joined.obs.index).toEqual(['c1', 'c2', 'p2/c1']);
  });

  test('drops a column that one of the files lacks, because its cells would have no label', () => {
    const sources = [
      { source: first, set: { plate: 'one' } },
      { source: second, set: {} },
    ];
    expect([...joinSources(sources).obs.columns.keys()]).toEqual(['line']);
  });
});
