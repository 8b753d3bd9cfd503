import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('section.mjs', import.meta.url));
let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'section-'));
  mkdirSync(path.join(folder, 'dictionaries'));
  mkdirSync(path.join(folder, 'checkpoint'));
  for (const file of ['labels.csv', 'families.csv', 'dictionaries/medians.json', 'checkpoint/config.json']) {
    writeFileSync(path.join(folder, file), 'one');
  }
  writeFileSync(
    path.join(folder, 'gene.yaml'),
    `profiles:
  small:
    protocol:
      labels: { kind: table, path: labels.csv }
      groupGenesBy: { kind: table, path: families.csv }
    tokenize: { vocabulary: file, dictionaries: dictionaries }
    model: {}
    finetune: { models: { published: { init: { checkpoint: checkpoint } } } }
`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sectionOf = (...words) =>
  execFileSync(process.execPath, [script, path.join(folder, 'gene'), 'small', ...words], {
    env: { ...process.env, GENEFORMER_DATA: folder },
    encoding: 'utf8',
  });

describe('the key of a stage changes with every file of real data that the stage reads', () => {
  test.each([
    ['gene-split', 'labels.csv', []],
    ['gene-split', 'families.csv', []],
    ['tokenize', 'dictionaries/medians.json', []],
    ['vocabulary', 'dictionaries/medians.json', []],
    ['gene-finetune', 'checkpoint/config.json', ['published', '0']],
  ])('%s reads %s', (stage, file, words) => {
    const before = sectionOf(stage, ...words);
    expect(sectionOf(stage, ...words)).toBe(before);
    writeFileSync(path.join(folder, file), 'other content');
    expect(sectionOf(stage, ...words)).not.toBe(before);
  });
});
