import { expect, test } from '@jest/globals';
import * as tokenizer from './index.js';

test('the package exports these and nothing else', () => {
  expect(Object.keys(tokenizer).sort()).toEqual([
    'ColumnError',
    'DictionaryMissingError',
    'FractionalCountsError',
    'GeneIdsMissingError',
    'InvalidCountError',
    'InvalidTotalError',
    'LogNormalisedError',
    'MedianSketch',
    'NoCellsError',
    'NotTokenizedError',
    'OptionError',
    'SPECIAL_TOKENS',
    'TokenizerError',
    'UnknownGenesError',
    'VocabularyError',
    'WorkerError',
    'buildVocabulary',
    'inspectCells',
    'loadVocabulary',
    'makeVocabulary',
    'publishedDigests',
    'readTokenized',
    'readVocabulary',
    'saveVocabulary',
    'tokenizeCells',
  ]);
});
