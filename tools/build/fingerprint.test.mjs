import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** A stage that calls a function of another file and starts a worker thread. */
const sources = {
  'count.ts': `import { sum } from './sum.js';
export const count = (values: number[]): number => sum(values);
export const worker = (): string => new URL('./worker.js', import.meta.url).href;
`,
  'sum.ts': `/** Returns the sum. */
export function sum(values: number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
export const unused = (): number => 1;
`,
  'worker.ts': `export const answer: number = 41;
console.log(answer);
`,
};

const sameCode = [
  ['a comment', 'sum.ts', 'let total = 0;', 'let total = 0; // starts at nothing'],
  ['a doc comment', 'sum.ts', 'Returns the sum.', 'Returns the sum of all values.'],
  ['layout', 'sum.ts', 'let total = 0;', 'let   total\n=\n0;'],
  ['a type', 'sum.ts', 'let total = 0;', 'let total: number = 0;'],
  ['a function that the stage does not call', 'sum.ts', '=> 1', '=> 2'],
  ['a comment in a worker thread', 'worker.ts', '41;', '41; // almost'],
];
const otherCode = [
  ['the stage itself', 'count.ts', 'sum(values)', 'sum(values) + 1'],
  ['a function that the stage calls', 'sum.ts', 'total += value', 'total += 2 * value'],
  ['the code of a worker thread that it starts', 'worker.ts', '41', '42'],
];

let folder;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fingerprint-'));
  write('tsconfig.json', JSON.stringify({ compilerOptions: { module: 'NodeNext', types: [] }, include: ['src'] }));
  write('package.json', '{ "type": "module" }');
  for (const [name, text] of Object.entries(sources)) addStage('first', name, text);
  for (const [title, changed, before, after] of [...sameCode, ...otherCode]) {
    for (const [name, text] of Object.entries(sources)) {
      addStage(stageOf(title), name, name === changed ? text.replace(before, after) : text);
    }
  }
  for (const program of ['compile.mjs', 'declarations.mjs', 'fingerprint.mjs']) {
    const argv = [path.join(here, program), folder];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    expect({ program, status, output: stdout + stderr }).toEqual({ program, status: 0, output: '' });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the fingerprint of a stage', () => {
  test.each(sameCode)('does not depend on %s', (title) => {
    expect(fingerprint(stageOf(title))).toBe(fingerprint('first'));
  });

  test.each(otherCode)('changes with %s', (title) => {
    expect(fingerprint(stageOf(title))).not.toBe(fingerprint('first'));
  });
});

test('built files can be read: one statement per line in JavaScript, doc comments in declarations', () => {
  expect(read('dist/first/sum.js')).toContain(`function sum(values) {
  let total = 0;
  for (const value of values) total += value;
  return total;
}`);
  expect(read('dist/first/sum.d.ts')).toContain('/** Returns the sum. */');
});

/** Each variant of the code is a stage of its own, so that one build serves all tests. */
function addStage(stage, name, text) {
  write(`src/${stage}/${name}`, text);
  write(`src/stages/${stage}.ts`, `export * from '../${stage}/count.js';\n`);
}

function stageOf(title) {
  return title.replaceAll(' ', '-');
}

function fingerprint(stage) {
  const found = JSON.parse(read('dist/code.json')).stages[stage];
  expect(found).toMatch(/^[0-9a-f]{64}$/);
  return found;
}

function read(file) {
  return readFileSync(path.join(folder, file), 'utf8');
}

function write(file, text) {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}
