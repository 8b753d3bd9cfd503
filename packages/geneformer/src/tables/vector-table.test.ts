import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { tableFormats, writeVectors } from './vector-table.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vector-table-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test.each(tableFormats)('the same vectors give the same bytes on another day, as %s', async (format) => {
  const table = { index: 'cell_id', names: ['a', 'b'], data: Float32Array.of(1, 2, 3, 4), cols: 2, prefix: 'dim' };
  const written = async (name: string, day: string) => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse(day));
    await writeVectors(path.join(folder, name), table, format);
    return readFileSync(path.join(folder, name));
  };
  const first = await written('first', '2024-05-01T10:00:00Z');
  expect((await written('second', '2025-11-02T11:30:00Z')).equals(first)).toBe(true);
});
