import { expect, test } from '@jest/globals';
import * as tokenizer from './index.js';

test('the package exports exactly these names', () => {
  expect(Object.keys(tokenizer).sort()).toEqual([
    'ArgumentError',
    'ColumnError',
    'DictionaryMissingError',
    'FractionalCountsError',
    'GeneIdsMissingError',
    'GeneformerError',
    'InvalidCountError',
    'InvalidTotalError',
    'LogNormalizedError',
    'MedianSketch',
    'NoCellsError',
    'NotTokenizedError',
    'SPECIAL_TOKENS',
    'UnknownGenesError',
    'VocabularyError',
    'buildVocabulary',
    'inspectCells',
    'joinReports',
    'loadVocabulary',
    'makeVocabulary',
    'openCellStore',
    'publishedDigests',
    'readTokenized',
    'readVocabulary',
    'saveVocabulary',
    'tokenizeCells',
  ]);
});
