import { describe, expect, test } from '@jest/globals';
import { assertApart, assertCorpusApart } from './leak.js';

describe('a planted leak stops the run', () => {
  const learned = { cellIds: ['a', 'b'], groups: ['D1', 'D2'] };

  test('when a tested cell was learned from', () => {
    expect(() => assertApart(learned, { cellIds: ['b'], groups: ['D3'] }, { where: 'fold 0', groups: false })).toThrow(
      'fold 0: 1 tested cells are among those learned from (b); keep the two apart',
    );
  });

  test('when another cell of its donor was, where donors are what is new', () => {
    const tested = { cellIds: ['c'], groups: ['D2'] };
    expect(() => assertApart(learned, tested, { where: 'fold 0', groups: false })).not.toThrow();
    expect(() => assertApart(learned, tested, { where: 'fold 0', groups: true })).toThrow(/tested groups .*\(D2\)/);
  });

  test('when the corpus holds a cell of the study, whatever its name and order', () => {
    const genes = Int32Array.from({ length: 64 }, (_, at) => at + 2);
    const list = (inputIds: Int32Array, id: string) => ({ inputIds, offsets: Int32Array.of(0, 64), cellIds: [id] });
    const other = genes.map((gene) => gene + 1);
    expect(() => assertCorpusApart(list(genes, 'a'), list(other, 'a'), 'corpus')).not.toThrow();
    expect(() => assertCorpusApart(list(genes, 'a'), list(genes.slice().reverse(), 'x'), 'corpus')).toThrow(/\(a\)/);
  });
});
