import { expect, test } from '@jest/globals';
import * as hub from './index.js';

test('the public surface', () => {
  expect(Object.keys(hub).sort()).toEqual([
    'AssetDeniedError',
    'AssetDownloadError',
    'AssetMismatchError',
    'AssetOfflineError',
    'UnknownAssetError',
    'assetSettings',
    'readCatalog',
    'resolveAsset',
  ]);
});
