import { expect, test } from '@jest/globals';
import * as io from './index.js';

test('the public surface', () => {
  expect(Object.keys(io).sort()).toEqual([
    'ArgumentError',
    'FieldMissingError',
    'FileAccessError',
    'FileMissingError',
    'FormatError',
    'IoError',
    'UnsupportedError',
    'columnAsStrings',
    'columnLength',
    'createDataset',
    'openCells',
    'openCheckpoint',
    'openDataset',
    'readCheckpoint',
    'readDictionary',
    'readPickledDictionary',
    'readSafetensors',
    'readTable',
    'replaceDirectory',
    'sha256',
    'sha256File',
    'writeFileAtomic',
    'writeH5ad',
    'writeSafetensors',
  ]);
});
