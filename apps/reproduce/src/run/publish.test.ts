import { expect, test } from '@jest/globals';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FakeStudy } from './testing/fake-study.js';

test('a link with the name that a killed run gave to a copy is not written through', async () => {
  const study = await FakeStudy.create();
  try {
    await study.runAll();
    const published = path.join(study.results, 'metrics.json');
    const content = await readFile(published, 'utf8');
    const precious = path.join(study.folder, 'precious.txt');
    await writeFile(precious, 'precious');
    await rm(published);
    await symlink(precious, `${published}.incoming-${process.pid}`);
    await study.run('evaluate');
    expect(await readFile(published, 'utf8')).toBe(content);
    expect(await readFile(precious, 'utf8')).toBe('precious');
  } finally {
    await study.remove();
  }
});
