import { expect, test } from '@jest/globals';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as mini from './index.js';

test('the package exports exactly these names', () => {
  expect(Object.keys(mini).sort()).toEqual(['modelFolder', 'vocabularyFile']);
});

test('the model consists of these files, and weights of at most 8 MB', async () => {
  expect((await readdir(mini.modelFolder)).sort()).toEqual(['config.json', 'model.safetensors', 'vocabulary.json']);
  expect(statSync(join(mini.modelFolder, 'model.safetensors')).size).toBeLessThanOrEqual(8_000_000);
  expect(mini.vocabularyFile).toBe(join(mini.modelFolder, 'vocabulary.json'));
});
