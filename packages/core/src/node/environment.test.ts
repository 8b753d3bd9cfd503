import { describe, expect, test } from '@jest/globals';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  cacheFolder,
  readAddresses,
  readChoice,
  readCount,
  readFolder,
  readSwitch,
  readToken,
  readVariable,
} from './environment.js';

describe('a variable', () => {
  test.each([undefined, '', '  '])('that is %j is not set', (X) => {
    expect(readVariable('X', { X })).toBeUndefined();
    expect(readCount('X', {}, { X })).toBeUndefined();
    expect(readChoice('X', ['a'], { X })).toBeUndefined();
    expect(readSwitch('X', { X })).toBe(false);
    expect(readFolder('X', { X })).toBeUndefined();
    expect(readAddresses('X', { X })).toEqual([]);
    expect(readToken('X', { X })).toBeUndefined();
  });

  test.each(['abc', '0', '-1', '1.5', '1e9', '1e3', '0x10', '9'.repeat(400), 'Infinity', '1025'])(
    'that is %j is not a count',
    (X) => {
      const read = () => readCount('X', { max: 1024 }, { X });
      expect(read).toThrow(/^X: ".+" is not a whole number from 1 to 1024; set one, or unset X$/);
    },
  );

  test('that is a count, a choice, a switch', () => {
    expect(readCount('X', {}, { X: ' 12 ' })).toBe(12);
    expect(readChoice('X', ['cpu', 'onnx'], { X: 'onnx' })).toBe('onnx');
    for (const X of ['1', 'true', 'YES', 'on']) expect(readSwitch('X', { X })).toBe(true);
    for (const X of ['0', 'False', 'no', 'off']) expect(readSwitch('X', { X })).toBe(false);
  });

  test('with an invalid value throws an error with the value and the remedy', () => {
    expect(() => readChoice('X', ['cpu', 'onnx'], { X: 'gpu\u001b[2J' })).toThrow(
      'X: "gpu\\u001b[2J" is not known; set one of: cpu, onnx; or unset X',
    );
    expect(() => readSwitch('X', { X: 'flase' })).toThrow('X: "flase" is neither on nor off; set 1 or 0, or unset X');
    expect(() => readAddresses('X', { X: 'https://a.org, file:///etc' })).toThrow(
      'X: "file:///etc" is not a web address',
    );
    for (const X of ['ftp://me:secret@a.org', 'me:secret@a.org', 'https://me:secret x@a.org', 'a.org/?key=secret']) {
      expect(() => readAddresses('X', { X })).toThrow(/^X: "…" is not a web address; set one that begins with https/);
    }
    expect(() => readToken('X', { X: 'secret\nword' })).toThrow(/^X: "…" has blanks/);
  });
});

describe('the cache', () => {
  test('is in the cache folder of the user by default, also when the variable is empty', () => {
    const standard = join(homedir(), '.cache', 'geneformer-ts');
    for (const GENEFORMER_CACHE of [undefined, '', ' ']) {
      expect(cacheFolder({ GENEFORMER_CACHE })).toBe(standard);
      expect(cacheFolder({ GENEFORMER_CACHE, XDG_CACHE_HOME: '/caches' })).toBe(join('/caches', 'geneformer-ts'));
      expect(cacheFolder({ GENEFORMER_CACHE, XDG_CACHE_HOME: 'caches' })).toBe(standard);
    }
    expect(cacheFolder({ GENEFORMER_CACHE: '/fast' })).toBe('/fast');
  });

  test('refuses a path relative to the current folder', () => {
    expect(() => cacheFolder({ GENEFORMER_CACHE: 'cache' })).toThrow(
      `GENEFORMER_CACHE: "cache" is a relative path; set the absolute one, for example ${resolve('cache')}`,
    );
    expect(() => cacheFolder({ GENEFORMER_CACHE: '~/cache' })).toThrow(join(homedir(), 'cache'));
  });
});
