import { describe, expect, test } from '@jest/globals';
import { assertApart, assertCorpusApart } from './leak.js';

describe('a planted leak stops the run', () => {
  const learned = { cellIds: ['a', 'b'], groups: ['D1', 'D2'] };

  test('when a tested cell is in the training data', () => {
    expect(() => assertApart(learned, { cellIds: ['b'], groups: ['D3'] }, { where: 'fold 0', groups: false })).toThrow(
      'fold 0: 1 tested cells are also in the training data (b); remove them from it',
    );
  });

  test('when another cell of the same donor is, if donors are held out', () => {
    const tested = { cellIds: ['c'], groups: ['D2'] };
    expect(() => assertApart(learned, tested, { where: 'fold 0', groups: false })).not.toThrow();
    expect(() => assertApart(learned, tested, { where: 'fold 0', groups: true })).toThrow(/tested groups .*\(D2\)/);
  });

  test('when the corpus contains a cell of the study, under any name and in any order', () => {
    const genes = Int32Array.from({ length: 64 }, (_, at) => at + 2);
    const list = (inputIds: Int32Array, id: string) => ({ inputIds, offsets: Int32Array.of(0, 64), cellIds: [id] });
    const other = genes.map((gene) => gene + 1);
    expect(() => assertCorpusApart(list(genes, 'a'), list(other, 'a'), 'corpus')).not.toThrow();
    expect(() => assertCorpusApart(list(genes, 'a'), list(genes.slice().reverse(), 'x'), 'corpus')).toThrow(/\(a\)/);
  });
});
