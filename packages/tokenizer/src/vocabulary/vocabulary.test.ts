import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { VocabularyError } from '../errors.js';
import { makeVocabulary } from './vocabulary.js';

const tokens = ['<pad>', '<mask>', '<cls>', '<eos>', 'A', 'B'];
const none = [NaN, NaN, NaN, NaN];

describe('a vocabulary', () => {
  test('numbers genes after the special tokens and indexes them', () => {
    const vocabulary = makeVocabulary('here', { version: 'x', tokens, median: [...none, 1, 2] });
    expect(vocabulary).toMatchObject({ size: 6, padId: 0, maskId: 1, clsId: 2, eosId: 3 });
    expect([...vocabulary.idOf]).toEqual([
      ['A', 4],
      ['B', 5],
    ]);
    expect([...vocabulary.median.subarray(4)]).toEqual([1, 2]);
  });

  test('with only padding and mask has no cls and eos', () => {
    const vocabulary = makeVocabulary('here', { version: 'x', tokens: ['<pad>', '<mask>', 'A'], median: [0, 0, 1] });
    expect(vocabulary).toMatchObject({ clsId: null, eosId: null, size: 3 });
    expect(vocabulary.idOf.get('A')).toBe(2);
  });

  test('has the digest of the lines "key TAB id NEWLINE"', () => {
    const { digest } = makeVocabulary('here', { version: 'x', tokens, median: [...none, 1, 2] });
    const lines = '<pad>\t0\n<mask>\t1\n<cls>\t2\n<eos>\t3\nA\t4\nB\t5\n';
    expect(digest).toBe(createHash('sha256').update(lines).digest('hex'));
  });

  test('with other medians has a different median digest and the same digest', () => {
    const one = makeVocabulary('here', { version: 'x', tokens, median: [...none, 1, 2] });
    const other = makeVocabulary('here', { version: 'x', tokens, median: [...none, 1, 2.0000000000000004] });
    expect(other.digest).toBe(one.digest);
    expect(other.medianDigest).not.toBe(one.medianDigest);
  });

  test.each([
    ['a misplaced special token', ['<mask>', '<pad>', 'A'], [NaN, NaN, 1], /token 0 is "<mask>", but must be <pad>/],
    ['a duplicate gene', ['<pad>', '<mask>', 'A', 'A'], [NaN, NaN, 1, 1], /gene A has two ids, 2 and 3/],
    [
      'no name',
      ['<pad>', '<mask>', undefined],
      [NaN, NaN, 1],
      /token 2 is undefined, which is not a gene; give its id/,
    ],
    ['a number', ['<pad>', '<mask>', 7], [NaN, NaN, 1], /token 2 is 7, which is not a gene/],
    ['an empty name', ['<pad>', '<mask>', ''], [NaN, NaN, 1], /token 2 is "", which is not a gene/],
    [
      'a late special token',
      ['<pad>', '<mask>', 'A', '<cls>'],
      [NaN, NaN, 1, 1],
      /token 3 is "<cls>", which is not a gene; give the special tokens first/,
    ],
    ['a second padding', [...tokens, '<pad>'], [...none, 1, 1, 1], /token 6 is "<pad>", which is not a gene/],
    ['a line break', ['<pad>', '<mask>', 'A\t2\nB'], [NaN, NaN, 1], /gene "A.*" has a tab or a line break; remove it/],
    ['no list', undefined, [], /tokens is not a list/],
    ['a median of zero', ['<pad>', '<mask>', 'A'], [NaN, NaN, 0], /median of gene A is 0/],
    ['no median', ['<pad>', '<mask>', 'A'], [NaN, NaN, NaN], /median of gene A is NaN/],
    ['too few medians', ['<pad>', '<mask>', 'A'], [NaN, NaN], /2 medians for 3 tokens; give one median per token/],
  ])('refuses %s and names its origin', (_, list, median, message) => {
    const make = () => makeVocabulary('here.pkl', { version: 'x', tokens: list as string[], median });
    expect(make).toThrow(VocabularyError);
    expect(make).toThrow(message);
    expect(make).toThrow(/^here\.pkl: /);
  });
});
