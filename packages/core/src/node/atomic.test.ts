import { FileAccessError } from '../file-errors.js';
import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmod, lstat, mkdir, readFile, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { scratch } from '../testing/folder.js';
import { replaceFile, writeFileAtomic } from './atomic.js';
import { temporaryBeside } from './temporary.js';

const at = scratch();

describe('writeFileAtomic', () => {
  test('writes text and bytes, replaces, makes folders and leaves nothing else', async () => {
    await writeFileAtomic(at('a/b/file.txt'), 'one');
    await writeFileAtomic(at('a/b/file.txt'), new Uint8Array([50]));
    expect(await readFile(at('a/b/file.txt'), 'utf8')).toBe('2');
    expect(await readdir(at('a/b'))).toEqual(['file.txt']);
  });

  test('keeps the earlier file when the new one fails half way', async () => {
    await writeFileAtomic(at('kept/file.txt'), 'earlier');
    const failing = replaceFile(at('kept/file.txt'), async (temporary) => {
      await writeFile(temporary, 'half');
      throw new RangeError('stop');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await readFile(at('kept/file.txt'), 'utf8')).toBe('earlier');
    expect(await readdir(at('kept'))).toEqual(['file.txt']);
  });

  test('removes what a killed writer of the same file left, and nothing of one that is at work', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const [dead, alive] = [pid, process.ppid].map((writer) =>
      temporaryBeside(at('left/file.txt')).replace(`-${process.pid}-`, `-${writer}-`),
    );
    await mkdir(dead, { recursive: true });
    await mkdir(alive);
    await writeFile(`${dead}/half`, 'x');
    await writeFileAtomic(at('left/file.txt'), 'whole');
    expect(await readdir(at('left'))).toEqual([basename(alive), 'file.txt']);
  });

  test('removes what a killed run with the same process number left, as in a container', async () => {
    const [old, own] = [temporaryBeside(at('same/file.txt')), temporaryBeside(at('same/file.txt'))];
    await mkdir(at('same'));
    for (const path of [old, own]) await writeFile(path, 'half');
    await utimes(old, 1, 1);
    await writeFileAtomic(at('same/file.txt'), 'whole');
    expect((await readdir(at('same'))).sort()).toEqual([basename(own), 'file.txt'].sort());
  });

  test('removes nothing whose name only resembles a temporary one', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const ours = temporaryBeside(at('alike/file.txt')).replace(`-${process.pid}-`, `-${pid}-`);
    const alike = [
      ours.replace('.file.txt.', '.file.txt2.'),
      ours.replace(/-\d+\.tmp$/, '-notes.tmp'),
      `${ours}.bak`,
      ours.replace(/\.tmp$/, '.earlier'),
      ours.replace(/\.tmp$/, '.part'),
    ];
    await mkdir(at('alike'));
    for (const path of [ours, ...alike]) await writeFile(path, 'x');
    await writeFileAtomic(at('alike/file.txt'), 'whole');
    expect((await readdir(at('alike'))).sort()).toEqual(['file.txt', ...alike.map((path) => basename(path))].sort());
  });

  test('follows a link and leaves it a link', async () => {
    await mkdir(at('links/there'), { recursive: true });
    await writeFile(at('links/there/run-3.txt'), 'old');
    await symlink('there/run-3.txt', at('links/latest.txt'));
    await writeFileAtomic(at('links/latest.txt'), 'new');
    expect((await lstat(at('links/latest.txt'))).isSymbolicLink()).toBe(true);
    expect(await readFile(at('links/there/run-3.txt'), 'utf8')).toBe('new');
    expect(await readdir(at('links/there'))).toEqual(['run-3.txt']);
  });

  test('refuses a link to nothing', async () => {
    await symlink('nowhere', at('dangling'));
    await expect(writeFileAtomic(at('dangling'), 'x')).rejects.toThrow(/dangling: is a link to nothing/);
  });

  test('gives a new file the mode of the umask and keeps that of an earlier one', async () => {
    const before = process.umask(0o027);
    try {
      await writeFileAtomic(at('mode/new'), 'x');
      await writeFile(at('mode/secret'), 'x');
      await chmod(at('mode/secret'), 0o600);
      await writeFileAtomic(at('mode/secret'), 'y');
    } finally {
      process.umask(before);
    }
    const modes = await Promise.all(
      ['mode', 'mode/new', 'mode/secret'].map(async (name) => (await stat(at(name))).mode),
    );
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['750', '640', '600']);
  });

  test.each([
    ['a named pipe', (path: string) => spawnSync('mkfifo', [path])],
    ['a device', (path: string) => spawnSync('ln', ['-s', '/dev/null', path])],
  ])('refuses %s and leaves it as it is', async (what, make) => {
    const path = at(what.replace(' ', '-'));
    make(path);
    const kind = (await stat(path)).mode;
    await expect(writeFileAtomic(path, 'x')).rejects.toThrow(FileAccessError);
    await expect(writeFileAtomic(path, 'x')).rejects.toThrow(`is ${what}; name a regular file`);
    expect((await stat(path)).mode).toBe(kind);
  });

  test('refuses a name that ends like the name of a folder', async () => {
    await expect(writeFileAtomic(at('slash/'), 'x')).rejects.toThrow(
      /slash\/: ends like the name of a folder; name a file/,
    );
  });

  test('writes the longest name that the file system allows', async () => {
    const name = 'ä'.repeat(127);
    await writeFileAtomic(at(`long/${name}`), 'x');
    expect(await readdir(at('long'))).toEqual([name]);
  });

  test('names the path when the system refuses', async () => {
    await mkdir(at('taken'));
    await expect(writeFileAtomic(at('taken'), 'x')).rejects.toThrow(FileAccessError);
    await expect(writeFileAtomic(at('taken'), 'x')).rejects.toThrow('taken');
  });
});
