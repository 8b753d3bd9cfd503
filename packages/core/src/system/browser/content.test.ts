import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Content, type FixedBytes } from './content.js';

/** Three pages and a half, so that ranges begin and end inside pages. */
const SIZE = 3.5 * (1 << 16);

const place = fc.nat(SIZE + 1000);
const step = fc.oneof(
  fc.record({
    do: fc.constant('write' as const),
    at: place,
    length: fc.nat(1 << 17),
    value: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ do: fc.constant('resize' as const), length: place }),
  fc.record({ do: fc.constant('clone' as const) }),
);

describe('the content of a file in memory', () => {
  test('is that of an array after any writes, cuts and copies; a copy and its origin do not change each other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(step, { maxLength: 8 }), async (hasBase, steps) => {
        let content = hasBase ? new Content(baseOf(SIZE)) : new Content();
        let expected = hasBase ? pattern(SIZE) : new Uint8Array(0);
        const origins: [Content, Uint8Array][] = [];
        for (const one of steps) {
          if (one.do === 'clone') {
            origins.push([content, expected.slice()]);
            content = content.clone();
          } else if (one.do === 'resize') {
            content.resize(one.length);
            expected = resized(expected, one.length);
          } else if (one.length > 0) {
            const bytes = new Uint8Array(one.length).fill(one.value);
            content.write(bytes, one.at);
            expected = resized(expected, Math.max(expected.length, one.at + one.length));
            expected.set(bytes, one.at);
          }
        }
        for (const [one, bytes] of [[content, expected] as const, ...origins]) {
          expect(one.byteLength).toBe(bytes.length);
          expect(Buffer.compare(readAll(one), bytes)).toBe(0);
          expect(Buffer.compare(new Uint8Array(await one.toBlob('').arrayBuffer()), bytes)).toBe(0);
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('reads from the base what was not written, once for neighboring pages', () => {
    const reads: [number, number][] = [];
    const base = baseOf(SIZE);
    const content = new Content({
      ...base,
      read: (target, at) => (reads.push([at, target.length]), base.read(target, at)),
    });
    content.write(Uint8Array.of(1), 1 << 16);
    reads.length = 0;
    readAll(content);
    expect(reads).toEqual([
      [0, 1 << 16],
      [1 << 17, 1.5 * (1 << 16)],
    ]);
  });

  test('gives fewer bytes at its end, and none after it', () => {
    const content = new Content(baseOf(10));
    expect(content.read(new Uint8Array(8), 6)).toBe(4);
    expect(content.read(new Uint8Array(8), 20)).toBe(0);
  });
});

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => i % 251);
}

function baseOf(length: number): FixedBytes {
  const bytes = pattern(length);
  return {
    byteLength: length,
    read: (target, position) => target.set(bytes.subarray(position, position + target.length)),
    part: (from, to) => new Blob([bytes.slice(from, to)]),
  };
}

function resized(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(length);
  next.set(bytes.subarray(0, length));
  return next;
}

function readAll(content: Content): Uint8Array {
  const bytes = new Uint8Array(content.byteLength);
  expect(content.read(bytes, 0)).toBe(bytes.length);
  return bytes;
}
