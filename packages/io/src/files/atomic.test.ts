import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { FileAccessError, FileMissingError } from '../errors.js';
import { scratch } from '../testing/folder.js';
import { replaceDirectory, replaceFile, writeFileAtomic } from './atomic.js';
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
    await mkdir(dead!, { recursive: true });
    await mkdir(alive!);
    await writeFile(`${dead!}/half`, 'x');
    await writeFileAtomic(at('left/file.txt'), 'whole');
    expect(await readdir(at('left'))).toEqual([basename(alive!), 'file.txt']);
  });

  test('names the path when the system refuses', async () => {
    await mkdir(at('taken'));
    await expect(writeFileAtomic(at('taken'), 'x')).rejects.toThrow(FileAccessError);
    await expect(writeFileAtomic(at('taken'), 'x')).rejects.toThrow('taken');
  });
});

describe('replaceDirectory', () => {
  test('moves a folder into place and removes the one before it', async () => {
    for (const version of ['1', '2']) {
      await mkdir(at(`d/tmp${version}`), { recursive: true });
      await writeFile(at(`d/tmp${version}/only-${version}`), version);
      await replaceDirectory(at(`d/tmp${version}`), at('d/final'));
    }
    expect(await readdir(at('d'))).toEqual(['final']);
    expect(await readdir(at('d/final'))).toEqual(['only-2']);
  });

  test('leaves the earlier folder when there is nothing to move', async () => {
    await mkdir(at('e/final'), { recursive: true });
    await writeFile(at('e/final/file'), 'x');
    await expect(replaceDirectory(at('e/none'), at('e/final'))).rejects.toThrow(FileMissingError);
    expect(await readdir(at('e'))).toEqual(['final']);
    expect(await readdir(at('e/final'))).toEqual(['file']);
  });
});
