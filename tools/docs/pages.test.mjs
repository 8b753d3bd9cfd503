/** Pages of the site show what a reader gets: commands with their output, and scripts with their types and values. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeBlocks } from './blocks.mjs';
import { commandsOf, difference } from './consoles.mjs';
import { writeExamples } from './example-cells.mjs';
import { root, sitePages } from './markdown.mjs';
import { typeErrors } from './programs.mjs';
import { isFailure, runSteps, stepsOf, writeNpx } from './run-pages.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const all = sitePages.map((file) => ({ file, ...stepsOf(file) }));
const pages = all.filter(({ steps }) => steps.length);

/** Pages that run at the same time. */
const PARALLEL = 2;

let folder;
const results = new Map();
beforeAll(async () => {
  // Below this package, so that scripts find what it depends on.
  mkdirSync(path.join(here, 'snippets'), { recursive: true });
  folder = mkdtempSync(path.join(here, 'snippets/site-'));
  mkdirSync(path.join(folder, 'cells'));
  await writeExamples(path.join(folder, 'cells'));
  writeNpx(path.join(folder, 'bin'));
  const waiting = [...pages];
  const work = async () => {
    for (let page = waiting.shift(); page; page = waiting.shift()) {
      const at = path.join(folder, page.file.replaceAll(/\W/g, '-'));
      results.set(page.file, await runSteps(at, path.join(folder, 'cells'), page.steps));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(pages.map(({ file, steps }) => [file, steps]))('%s runs from top to bottom', (file, steps) => {
  const found = results.get(file);
  for (const { step, status, output } of found) {
    const what = step.command ?? step.where;
    if (isFailure(step)) expect({ what, failed: status !== 0 }).toEqual({ what, failed: true });
    else expect({ what, status, output: status === 0 ? '' : output }).toEqual({ what, status: 0, output: '' });
    if (step.command && step.output?.length) expect(`${what}: ${difference(step.output, output)}`).toBe(`${what}: `);
    if (!step.command) expect(`${what}: ${output}`).toBe(`${what}: `);
  }
  expect(found).toHaveLength(steps.length);
});

test('scripts have the types of the packages', () => {
  const scripts = pages.flatMap(({ steps }) => steps.filter(({ text }) => text !== undefined));
  expect(typeErrors(folder, scripts)).toEqual([]);
});

test('few blocks are not run, and each says why', () => {
  const skipped = all.flatMap(({ skipped }) => skipped.map(({ where, marker }) => `${where.split(':')[0]} ${marker}`));
  expect(skipped).toEqual(['docs/install.md not run: the test of the packed packages installs them']);
});

test('blocks of other languages are only output of tools, tables of files and Python', () => {
  const languages = sitePages.flatMap((file) => codeBlocks(root, file).map(({ language }) => language));
  const known = ['console', 'ts', 'text', 'python', 'r', 'html', 'yaml'];
  expect(languages.filter((language) => !known.includes(language))).toEqual([]);
  expect(languages.filter((language) => language === 'console').length).toBeGreaterThan(5);
});

describe('console blocks', () => {
  test('have commands, each with its output', () => {
    expect(commandsOf('$ one  # why\na\n$ two')).toEqual([
      { command: 'one', output: ['a'] },
      { command: 'two', output: [] },
    ]);
    expect(() => commandsOf('a')).toThrow('not with a command');
  });

  test.each([
    ['equal lines', 'a\nb', 'a\nb', ''],
    ['left out lines', 'a\n...\nd', 'a\nb\nc\nd', ''],
    ['a left out end', 'a\n...', 'a\nb', ''],
    ['other words', 'a b', 'a c', 'expected: a b | found: a c'],
    ['a missing line', 'a\nb', 'a', 'expected: b | found: the end'],
    ['a line that is not there', '...\nz', 'a', 'not found: z'],
    ['one line more', 'a', 'a\nb', 'not expected: b'],
    ['a number of another processor', 'accuracy 0.750', 'accuracy 0.758', ''],
    ['another number', 'accuracy 0.750', 'accuracy 0.900', 'expected: accuracy 0.750 | found: accuracy 0.900'],
    ['a count', '1,227 per cell', '1,500 per cell', 'expected: 1,227 per cell | found: 1,500 per cell'],
    ['a time', 'trained in 2.1 s', 'trained in 80 s', ''],
    ['the start of a line', 'error: a: b; …', 'error: a: b; do c', ''],
    ['wider columns', 'a   1', 'a  1', ''],
  ])('compare %s', (_what, expected, actual, message) => {
    expect(difference(expected.split('\n'), actual)).toBe(message);
  });
});
