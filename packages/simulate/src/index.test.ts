import { expect, test } from '@jest/globals';
import * as api from './index.js';

test('the public names change only on purpose', () => {
  expect(Object.keys(api).sort()).toEqual([
    'ArgumentError',
    'CellIndexError',
    'GeneformerError',
    'drawCells',
    'simulateThymus',
    'writeThymus',
  ]);
});
