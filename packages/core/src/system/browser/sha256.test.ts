import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash as hashOfNode } from 'node:crypto';
import { createHash } from './sha256.js';

test('is the digest of Node for bytes and texts in any pieces', () => {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const [ours, theirs] = [createHash('sha256'), hashOfNode('sha256')];
      for (const one of pieces) {
        ours.update(one);
        theirs.update(one);
      }
      expect(ours.digest('hex')).toBe(theirs.digest('hex'));
    }),
    { seed: 1 },
  );
});

test('reads views of wider numbers as their bytes', () => {
  const values = Float64Array.of(0, 1.5, Math.PI).subarray(1);
  expect(createHash('sha256').update(values).digest('hex')).toBe(hashOfNode('sha256').update(values).digest('hex'));
});

test('refuses other digests', () => {
  expect(() => createHash('md5')).toThrow('md5 is not supported in a browser; use sha256');
});
