import { FileMissingError } from '../file-errors.js';
import { expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { scratch } from '../testing/folder.js';
import { sha256, sha256File } from './digest.js';

const at = scratch();
// FIPS 180-2, appendix B.1.
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('text, bytes and files with the same content have the same digest', async () => {
  await writeFile(at('abc'), 'abc');
  expect(sha256('abc')).toBe(ABC);
  expect(sha256(new Uint8Array([97, 98, 99]))).toBe(ABC);
  expect(await sha256File(at('abc'))).toBe(ABC);
});

test('an absent file is named', async () => {
  await expect(sha256File(at('none'))).rejects.toThrow(FileMissingError);
});
