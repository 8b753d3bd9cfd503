import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { posix } from 'node:path';
import * as paths from './paths.js';

const name = fc.constantFrom('a', 'b.h5ad', '.', '..', '', 'c d');
const path = fc
  .tuple(fc.boolean(), fc.array(name, { maxLength: 5 }), fc.boolean())
  .map(([isAbsolute, names, hasEnd]) => `${isAbsolute ? '/' : ''}${names.join('/')}${hasEnd ? '/' : ''}`);

describe('paths are those of Node', () => {
  test('join, isAbsolute, dirname and basename', () => {
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(paths.join(a, b)).toBe(posix.join(a, b));
        expect(paths.isAbsolute(a)).toBe(posix.isAbsolute(a));
        expect(paths.dirname(posix.join('x', a))).toBe(posix.dirname(posix.join('x', a)));
        expect(paths.basename(posix.join('x', a), '.h5ad')).toBe(posix.basename(posix.join('x', a), '.h5ad'));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test('resolve and relative, from the folder of the files in memory', () => {
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(paths.resolve(a, b)).toBe(posix.resolve('/files', a, b));
        expect(paths.relative(posix.resolve('/files', a), posix.resolve('/files', b))).toBe(
          posix.relative(posix.resolve('/files', a), posix.resolve('/files', b)),
        );
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
