import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { assertKnownProfile, studyTargets } from './experiments.mjs';

const app = fileURLToPath(new URL('../../apps/reproduce', import.meta.url));
const targets = studyTargets(app);

describe('the targets of the study', () => {
  test('are one per profile, one per experiment for its default profile, and verify', () => {
    const folder = path.join(app, 'experiments');
    const expected = readdirSync(folder).flatMap((file) => {
      const { profiles } = parse(readFileSync(path.join(folder, file), 'utf8'), { merge: true });
      const experiment = path.basename(file, '.yaml');
      return [experiment, ...Object.keys(profiles).map((profile) => `${experiment}:${profile}`)];
    });
    expect(Object.keys(targets).sort()).toEqual([...expected, 'verify'].sort());
  });

  test('run the profile that they name, with the newest code', () => {
    expect(targets['cell:mixology'].options.command).toBe(
      'node --import ../../tools/nx/end-with-launcher.mjs ../../tools/build/study.mjs cell mixology',
    );
    expect(targets['cell']).toEqual(targets['cell:embedded']);
    expect(targets['pretrain']).toEqual(targets['pretrain:profiles']);
  });

  test('are started every time, by Nx alone', () => {
    for (const { cache, dependsOn } of Object.values(targets)) expect({ cache, dependsOn }).toEqual({});
  });
});

describe('a file that is not as it should be', () => {
  let folder;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'targets-'));
    mkdirSync(path.join(folder, 'experiments'));
    const files = {
      'empty.yaml': '',
      'broken.yaml': ']: [',
      'shell.yaml':
        'defaultProfile: a; rm -rf /\nprofiles:\n  $(id):\n    x: 1\n  "b c":\n    x: 1\n  good:\n    x: 1\n',
      'Upper Case.yaml': 'profiles:\n  one:\n    x: 1\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, 'experiments', name), text);
    mkdirSync(path.join(folder, 'experiments/folder.yaml'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('still has a target, which says what is wrong with it', () => {
    expect(Object.keys(studyTargets(folder)).sort()).toEqual(
      ['broken', 'empty', 'folder', 'shell', 'shell:good', 'verify'].sort(),
    );
  });

  test('puts no word into a command that is not a name', () => {
    for (const { options } of Object.values(studyTargets(folder))) {
      expect(options.command).toMatch(/study\.mjs( [a-z][a-z0-9-]*){1,2}$/);
    }
  });
});

describe('assertKnownProfile', () => {
  test('lets known profiles and other commands pass', async () => {
    for (const words of [
      ['nx', 'run', 'reproduce:cell:mixology'],
      ['nx', 'run', 'reproduce:build'],
      ['nx', 'test', 'io'],
    ]) {
      await expect(assertKnownProfile(app, words)).resolves.toBeUndefined();
    }
  });

  test('names the file and the profiles there are', async () => {
    await expect(assertKnownProfile(app, ['nx', 'run', 'reproduce:cell:mixologie'])).rejects.toThrow(
      /^apps\/reproduce\/experiments\/cell\.yaml: no profile "mixologie"; choose one of: embedded, mixology/,
    );
  });
});
