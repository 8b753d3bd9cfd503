import { FileMissingError, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { fixture, scratch } from '../../testing/folder.js';
import { readPickledDictionary } from '../dictionary.js';

const at = scratch();

describe('readPickledDictionary', () => {
  test.each([2, 3, 4, 5])('reads protocol %d', async (protocol) => {
    expect(await readPickledDictionary(fixture(`tokens-${protocol}.pkl`))).toEqual(
      new Map([
        ['<pad>', 0],
        ['<mask>', 1],
        ['ENSG00000000003', 2],
        ['ENSG00000000005', 70000],
        ['minus', -3],
      ]),
    );
  });

  test('reads numpy scalars as numbers in protocols 2 and 4', async () => {
    const expected: [string, string | number][] = [
      ['f8', 0.0946772],
      ['f4', 0.5],
      ['i2', -7],
      ['i8', 25426],
      ['name', 'TTN'],
    ];
    expect(await readPickledDictionary(fixture('numpy.pkl'))).toEqual(new Map(expected));
    const older = await readPickledDictionary(fixture('numpy-2.pkl'));
    expect(older).toEqual(new Map([...expected, ['long', -(2 ** 40)]]));
  });

  test('rejects a pickle that would run a command, names the function, and runs nothing', async () => {
    await expect(readPickledDictionary(fixture('hostile.pkl'))).rejects.toThrow(UnsupportedError);
    await expect(readPickledDictionary(fixture('hostile.pkl'))).rejects.toThrow(
      /the name posix.system is not supported/,
    );
    expect(existsSync('unpickled')).toBe(false);
  });

  test('rejects an inverted dictionary, a number, a Git LFS pointer and a missing file', async () => {
    await expect(readPickledDictionary(fixture('inverted.pkl'))).rejects.toThrow(
      /check whether keys and values are swapped/,
    );
    await writeFile(at('number.pkl'), Uint8Array.of(0x80, 2, 0x4b, 5, 0x2e));
    await expect(readPickledDictionary(at('number.pkl'))).rejects.toThrow(/is not a dictionary/);
    await writeFile(at('pointer.pkl'), 'version https://git-lfs.github.com/spec/v1\n');
    await expect(readPickledDictionary(at('pointer.pkl'))).rejects.toThrow(FormatError);
    await expect(readPickledDictionary(at('none.pkl'))).rejects.toThrow(FileMissingError);
  });

  test('returns a dictionary or throws a named error when any byte is changed', async () => {
    const whole = await readFile(fixture('numpy.pkl'));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (position, change) => {
        const mutated = Buffer.from(whole);
        mutated[position] ^= change;
        await writeFile(at('mutated.pkl'), mutated);
        const outcome: unknown = await readPickledDictionary(at('mutated.pkl')).catch((error: unknown) => error);
        expect(outcome instanceof Map || (outcome as { tag?: string }).tag !== undefined).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
