import { describe, expect, test } from '@jest/globals';
import { ensg, smallVocabulary } from '../testing/vocabularies.js';
import { geneResolver, resolveGenes } from './resolve-genes.js';

const vocabulary = smallVocabulary({
  medians: { [ensg(1)]: 1, [ensg(2)]: 2, [ensg(3)]: 3 },
  symbols: { ACTB: ensg(1), C1orf112: ensg(2) },
  mapping: { [ensg(9)]: ensg(3), [ensg(8)]: ensg(777), HER2: ensg(3), C9ORF7: ensg(2), ACTB: ensg(1) },
});
const byId = geneResolver(vocabulary, false);
const bySymbol = geneResolver(vocabulary, true);

describe('an id', () => {
  test.each([
    ['of the vocabulary', ensg(2), { token: 5, how: 'exact', versioned: false }],
    ['with a version', `${ensg(2)}.17`, { token: 5, how: 'exact', versioned: true }],
    ['in lower case', ensg(2).toLowerCase(), { token: 5, how: 'exact', versioned: false }],
    ['that was retired', ensg(9), { token: 6, how: 'mapped', versioned: false }],
    ['with the name of its genome', `GRCh38_${ensg(2)}`, { token: 5, how: 'exact', versioned: false, prefixed: true }],
    ['of the copy on Y', `${ensg(2)}.4_PAR_Y`, { token: 5, how: 'exact', versioned: true, yCopy: true }],
    ['of the copy on Y, by its old id', 'ENSGR0000000002', { token: 5, how: 'exact', versioned: false }],
    ['that was retired, with a version', `${ensg(9)}.2`, { token: 6, how: 'mapped', versioned: true }],
  ])('%s gets its token', (_, id, expected) => {
    expect(byId(id)).toEqual(expected);
  });

  test.each([
    ['mapped to a gene outside the vocabulary', ensg(8), 'unknown'],
    ['that does not exist', 'ENSG00000000042', 'unknown'],
    ['of a mouse', 'ENSMUSG00000029580', 'unknown'],
    ['of a mouse, with the name of its genome', 'mm10___ENSMUSG00000029580', 'unknown'],
    ['of a human gene with the prefix of another genome', `mm10_${ensg(2)}`, 'unknown'],
    ['of a probe that is no longer used', `DEPRECATED_${ensg(2)}`, 'unknown'],
    ['that is empty', '', 'blank'],
    ['that is a special token', '<mask>', 'unknown'],
  ])('%s gets no token', (_, id, how) => {
    expect(byId(id)).toMatchObject({ token: -1, how });
  });
});

describe('a symbol', () => {
  test.each(['ACTB', 'HER2', 'C1orf112', 'C9orf7'])('%s is refused unless symbols are accepted', (symbol) => {
    expect(byId(symbol)).toMatchObject({ token: -1, how: 'refused-symbol' });
    expect(bySymbol(symbol)).toMatchObject({ how: 'symbol' });
    expect(bySymbol(symbol).token).toBeGreaterThan(3);
  });

  test('is known with the prefix of a human genome, not of another', () => {
    expect(bySymbol('GRCh38_ACTB')).toMatchObject({ token: 4, how: 'symbol', prefixed: true });
    expect(bySymbol('mm10___ACTB')).toMatchObject({ token: -1, how: 'unknown' });
  });

  test('of a mouse is not confused with the human gene of that name', () => {
    expect(bySymbol('Actb')).toMatchObject({ token: -1, how: 'unknown' });
  });
});

describe('the copy on Y of a pseudoautosomal gene', () => {
  const y = 'ENSGR0000000001';
  const withBoth = geneResolver(smallVocabulary({ medians: { [ensg(1)]: 1, [y]: 2 } }), false);

  test('has its own token in a vocabulary that contains it, as in V1', () => {
    expect(withBoth(`${ensg(1)}.3_PAR_Y`).token).toBe(5);
    expect(withBoth(y).token).toBe(5);
    expect(withBoth(ensg(1)).token).toBe(4);
  });

  test('is otherwise added to the gene, and counted', () => {
    const { genes, tokenOfColumn } = resolveGenes([ensg(1), `${ensg(1)}_PAR_Y`], vocabulary, byId);
    expect([...tokenOfColumn]).toEqual([4, 4]);
    expect(genes).toMatchObject({ known: 2, duplicates: 1, yCopies: 1 });
  });
});

describe('the columns of a file', () => {
  test('get the token and median of their gene, and duplicates are detected', () => {
    const ids = [ensg(1), 'nothing', `${ensg(1)}.4`, ensg(9), ensg(3), ''];
    const resolved = resolveGenes(ids, vocabulary, byId);
    expect([...resolved.tokenOfColumn]).toEqual([4, -1, 4, 6, 6, -1]);
    expect([...resolved.medianOfColumn]).toEqual([1, NaN, 1, 3, 3, NaN]);
    expect(resolved.hasDuplicates).toBe(true);
    expect(resolved.genes).toEqual({
      total: 6,
      known: 4,
      versioned: 1,
      prefixed: 0,
      yCopies: 0,
      mapped: 1,
      symbols: 0,
      refusedSymbols: 0,
      duplicates: 2,
      blank: 1,
    });
  });

  test('without duplicates are not summed', () => {
    expect(resolveGenes([ensg(1), ensg(2), 'x', 'x'], vocabulary, byId).hasDuplicates).toBe(false);
  });
});
