import { expect, test } from '@jest/globals';
import * as anndata from './anndata/index.js';
import * as checkpoints from './checkpoints/index.js';
import * as datasets from './datasets/index.js';
import * as io from './index.js';

const wings = {
  anndata: [
    'AnnData',
    'BlockMemory',
    'columnAsStrings',
    'columnLength',
    'findDuplicates',
    'openAnnData',
    'otherFeatureTypes',
    'readRecords',
    'readTable',
    'toCategorical',
    'writeH5ad',
  ],
  datasets: ['appendDataset', 'createDataset', 'openDataset', 'openListColumn'],
  checkpoints: [
    'openCheckpoint',
    'readCheckpoint',
    'readDictionary',
    'readPickledDictionary',
    'readSafetensors',
    'writeSafetensors',
    'writeTorch',
  ],
};

test('the public exports of each entry point', () => {
  const names = (module: object): string[] => Object.keys(module).sort();
  expect({ anndata: names(anndata), datasets: names(datasets), checkpoints: names(checkpoints) }).toEqual(wings);
});

test('the root exports the three entry points and the error classes', () => {
  const errors = [
    'ArgumentError',
    'FieldMissingError',
    'FileAccessError',
    'FileMissingError',
    'ForeignFilesError',
    'FormatError',
    'GeneformerError',
    'UnsupportedError',
  ];
  expect(Object.keys(io).sort()).toEqual([...errors, ...Object.values(wings).flat()].sort());
});
