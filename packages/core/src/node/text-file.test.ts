import { FileMissingError } from '../file-errors.js';
import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { scratch } from '../testing/folder.js';
import { readTextFile } from './text-file.js';

const at = scratch();

describe('readTextFile', () => {
  test('reads UTF-8', async () => {
    await writeFile(at('a.json'), '{"µ": 1}');
    expect(await readTextFile(at('a.json'), 100)).toBe('{"µ": 1}');
  });

  test('names a pipe, a folder, a large file and a page instead of waiting or reading on', async () => {
    execFileSync('mkfifo', [at('pipe.json')]);
    await expect(readTextFile(at('pipe.json'), 100)).rejects.toThrow('pipe.json: is a named pipe; write its content');
    await expect(readTextFile(at(''), 100)).rejects.toThrow('is a folder; name a file');
    await writeFile(at('large.json'), 'x'.repeat(101));
    await expect(readTextFile(at('large.json'), 100)).rejects.toThrow('size: is 101 bytes, more than the 100');
    await writeFile(at('page.json'), '<!DOCTYPE html><html></html>');
    await expect(readTextFile(at('page.json'), 100)).rejects.toThrow('is a web page, not the data');
    await expect(readTextFile(at('none.json'), 100)).rejects.toThrow(FileMissingError);
  });
});
