import { describe, expect, test } from '@jest/globals';
import { makeGeneSplit } from './gene-split.js';

const tokens = ['<pad>', '<mask>', ...Array.from({ length: 30 }, (_, gene) => `G${gene}`)];
const vocabulary = { tokens, size: tokens.length, idOf: new Map(tokens.map((name, id) => [name, id])) };
/** 40 cells of ten donors; cell c ranks ten genes, starting with gene c. */
const lists = Array.from({ length: 40 }, (_, cell) => Array.from({ length: 10 }, (_, at) => 2 + ((cell + at) % 30)));
const cells = {
  inputIds: Int32Array.from(lists.flat()),
  offsets: Int32Array.from({ length: 41 }, (_, cell) => cell * 10),
  cellIds: lists.map((_, cell) => `cell ${cell}`),
  attributes: new Map([['donor_id', { kind: 'string' as const, values: lists.map((_, cell) => `D${cell % 10}`) }]]),
};
const listed = new Map([
  ['insensitive', ['G0', 'G1', 'G2', 'G3', 'G4', 'G5', 'unknown']],
  ['sensitive', ['G10', 'G11', 'G12', 'G13', 'G14', 'G15']],
]);
const protocol = {
  folds: 3,
  seed: 0,
  unit: 'gene' as const,
  cells: 'shared' as const,
  groupBy: null,
  maxCells: 40,
  minCells: 3,
  unlabeled: 5,
};
const split = (change: object = {}, groups: Map<string, string> | null = null) =>
  makeGeneSplit(listed, groups, cells, vocabulary, { ...protocol, ...change }, 'cells');

describe('makeGeneSplit', () => {
  test('tests every gene in one fold, and every fold has genes of every class', () => {
    const { ids, labels, folds } = split();
    expect(ids).toHaveLength(12);
    for (let fold = 0; fold < 3; fold++) {
      expect(labels.filter((_, gene) => folds[gene] === fold).sort()).toEqual([0, 0, 1, 1]);
    }
  });

  test('keeps genes of one group in one fold, and treats a gene without a group as its own group', () => {
    const pairs = new Map(
      Array.from({ length: 5 }, (_, pair) => [`G${pair}`, `G${10 + pair}`]).flatMap((pair, at): [string, string][] =>
        pair.map((id) => [id, `pair ${at}`]),
      ),
    );
    const { ids, groups, folds, labels } = split({}, pairs);
    const foldOf = new Map(ids.map((id, gene) => [id, folds[gene]]));
    for (let pair = 0; pair < 5; pair++) expect(foldOf.get(`G${pair}`)).toBe(foldOf.get(`G${10 + pair}`));
    expect(new Set(groups).size).toBe(7);
    expect(groups![ids.indexOf('G15')]).toBe('G15');
    for (let fold = 0; fold < 3; fold++) {
      expect(new Set(labels.filter((_, gene) => folds[gene] === fold)).size).toBe(2);
    }
  });

  test('refuses fewer groups than folds', () => {
    const one = new Map([...listed.values()].flat().map((id) => [id, 'all']));
    expect(() => split({}, one)).toThrow(
      /^cells: groupGenesBy: 1 groups of genes are too few; lower protocol.folds or/,
    );
  });

  test('reports the number of listed genes, and excludes those that too few cells rank', () => {
    expect(split().listed).toEqual({ insensitive: 7, sensitive: 6 });
    expect(split({ minCells: 14 }).ids.length).toBeLessThan(12);
  });

  test('takes unlabeled genes only from outside the list', () => {
    const { ids, unlabeled } = split();
    expect(unlabeled.ids).toHaveLength(5);
    for (const id of unlabeled.ids) expect([...ids, '<pad>', '<mask>']).not.toContain(id);
  });

  test('takes the same cells every time, and only cells with a gene of the list', () => {
    const few = split({ maxCells: 12, minCells: 1 });
    expect(few.cells.rows).toHaveLength(12);
    for (const row of few.cells.rows) {
      expect(lists[row].some((id) => few.tokens.includes(id) || [...listed.values()].flat().includes(tokens[id]))).toBe(
        true,
      );
    }
    expect(split({ maxCells: 12, minCells: 1 })).toEqual(few);
  });

  test('keeps the cells of a donor in one fold when cells are held out', () => {
    const { cells: chosen } = split({ cells: 'held-out', groupBy: 'donor_id', maxCells: 40 });
    const foldsOf = new Map<string, Set<number>>();
    chosen.rows.forEach((row, at) => {
      const donor = `D${row % 10}`;
      foldsOf.set(donor, (foldsOf.get(donor) ?? new Set()).add(chosen.folds![at]));
    });
    for (const own of foldsOf.values()) expect(own.size).toBe(1);
    expect(new Set(chosen.folds).size).toBe(3);
  });

  test.each([
    [
      { folds: 7 },
      /^cells: insensitive: only 6 genes of this class are ranked in 3 cells or more; use more or longer cells/,
    ],
    [{ cells: 'held-out', groupBy: 'donor' }, /^cells: obs\/donor: column not found; choose one of: donor_id$/],
  ])('refuses %j with an error of one line', (change, message) => {
    expect(() => split(change)).toThrow(message);
  });
});
