import { afterAll, beforeAll } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder for the tests of a file, removed after them; call the result with a name for a path in it. */
export function temporaryFolder(): (name?: string) => string {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (name = '') => join(folder, name);
}
