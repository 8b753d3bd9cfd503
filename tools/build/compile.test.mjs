import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compile } from './compile.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'compile-'));
  mkdirSync(path.join(folder, 'src/deep'), { recursive: true });
  write('src/one.ts', 'export const one: number = 1;\n');
  write('src/deep/two.ts', 'export const two: number = 2;\n');
  write('src/one.test.ts', 'throw new Error();\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (file) => path.join(folder, file);
const write = (file, text) => writeFileSync(at(file), text);
const compiled = () =>
  readdirSync(at('dist'), { recursive: true })
    .filter((file) => file.endsWith('.js'))
    .sort();

describe('compile', () => {
  test('writes the JavaScript of every source that is not a test', async () => {
    await compile(folder);
    expect(compiled()).toEqual(['deep/two.js', 'one.js']);
    expect(readFileSync(at('dist/one.js'), 'utf8')).toMatch(/^const one = 1;\nexport \{\n {2}one\n\};/);
  });

  test('writes nothing while the sources stay the same', async () => {
    const digest = await compile(folder);
    const before = statSync(at('dist/one.js'), { bigint: true });
    expect(await compile(folder)).toBe(digest);
    const after = statSync(at('dist/one.js'), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  test('tells whether the code has changed, and not only a comment or a type', async () => {
    const digest = await compile(folder);
    write('src/one.ts', '/** The first. */\nexport const one = 1 as number; // and not two\n');
    expect(await compile(folder)).toBe(digest);
    write('src/one.ts', 'export const one: number = 2;\n');
    expect(await compile(folder)).not.toBe(digest);
  });

  test('follows an edit, a new source and a removed one', async () => {
    const digest = await compile(folder);
    write('src/one.ts', 'export const one: number = 11;\n');
    write('src/three.ts', 'export const three: number = 3;\n');
    rmSync(at('src/deep'), { recursive: true });
    expect(await compile(folder)).not.toBe(digest);
    expect(compiled()).toEqual(['one.js', 'three.js']);
    expect(readFileSync(at('dist/one.js'), 'utf8')).toContain('one = 11');
  });

  test('follows a source that moved', async () => {
    const digest = await compile(folder);
    renameSync(at('src/deep'), at('src/moved'));
    expect(await compile(folder)).not.toBe(digest);
    expect(compiled()).toEqual(['moved/two.js', 'one.js']);
  });

  test('keeps declarations, and leaves no file of its own behind', async () => {
    await compile(folder);
    write('dist/one.d.ts', 'export declare const one: number;\n');
    write('src/one.ts', 'export const one: number = 12;\n');
    await compile(folder);
    expect(existsSync(at('dist/one.d.ts'))).toBe(true);
    const others = readdirSync(at('dist')).filter((file) => !/\.(js|js\.map|d\.ts)$/.test(file));
    expect(others).toEqual(['deep']);
  });

  test('names the line of a source that is not TypeScript', async () => {
    write('src/one.ts', 'export const = 1;\n');
    await expect(compile(folder)).rejects.toThrow(/one\.ts:1:13/);
    expect(existsSync(at('dist'))).toBe(false);
  });
});
