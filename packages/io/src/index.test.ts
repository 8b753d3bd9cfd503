import { expect, test } from '@jest/globals';
import * as io from './index.js';

test('the public surface', () => {
  expect(Object.keys(io).sort()).toEqual([
    'ArgumentError',
    'AssetDeniedError',
    'AssetDownloadError',
    'AssetMismatchError',
    'AssetOfflineError',
    'FieldMissingError',
    'FileAccessError',
    'FileMissingError',
    'FormatError',
    'IoError',
    'UnknownAssetError',
    'UnsupportedError',
    'assetSettings',
    'columnAsStrings',
    'columnLength',
    'createDataset',
    'openCells',
    'openCheckpoint',
    'openDataset',
    'readCatalogue',
    'readCheckpoint',
    'readDictionary',
    'readPickledDictionary',
    'readSafetensors',
    'readTable',
    'replaceDirectory',
    'resolveAsset',
    'sha256',
    'sha256File',
    'writeFileAtomic',
    'writeH5ad',
    'writeSafetensors',
  ]);
});
