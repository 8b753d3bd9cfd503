import { makeVocabulary } from '@geneformer-ts/tokenizer';
import { expect, test } from '@jest/globals';
import { usableNames } from './usable-names.mjs';

const genes = { version: 'mine', tokens: ['<pad>', '<mask>', 'ENSG1', 'ENSG2'], median: [NaN, NaN, 1, 2] };

test('only names that lead to a token are kept', () => {
  const vocabulary = makeVocabulary('test', {
    ...genes,
    symbols: new Map([
      ['A', 'ENSG1'],
      ['OTHER', 'ENSG9'],
    ]),
    mapping: new Map([
      ['ENSG1', 'ENSG1'],
      ['ENSG7', 'ENSG2'],
      ['ENSG8', 'ENSG9'],
    ]),
  });
  expect(usableNames(vocabulary)).toEqual({
    ...vocabulary,
    symbols: new Map([['A', 'ENSG1']]),
    mapping: new Map([['ENSG7', 'ENSG2']]),
  });
});

test('a mapping of genes to themselves disappears', () => {
  const vocabulary = makeVocabulary('test', { ...genes, mapping: new Map([['ENSG1', 'ENSG1']]) });
  expect(usableNames(vocabulary)).toEqual(makeVocabulary('test', genes));
});
