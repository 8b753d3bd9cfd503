import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { blobSource, bytesSource, sourceOf, type ByteSource } from './byte-source.js';
import { openFile } from './node/open-file.js';
import { scratch } from './testing/folder.js';
import { sendRange, serving } from './testing/server.js';
import { openUrl } from './url-source.js';

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const at = scratch();

const sources: [string, (use: (source: ByteSource) => Promise<void>) => Promise<void>][] = [
  ['bytes', async (use) => use(bytesSource(bytes, 'x'))],
  ['a Blob', async (use) => use(blobSource(new Blob([bytes]), 'x'))],
  [
    'a path',
    async (use) => {
      writeFileSync(at('x'), bytes);
      const source = await openFile(at('x'));
      await use(source);
      await source.close();
    },
  ],
  [
    'a URL',
    (use) =>
      serving(
        (...asked) => sendRange(bytes, ...asked),
        async (url) => use(await openUrl(url)),
      ),
  ],
];

describe.each(sources)('a source of %s', (_, withSource) => {
  test('gives any range of the bytes', () =>
    withSource(async (source) => {
      expect(source.byteLength).toBe(1000);
      for (const [offset, length] of [
        [0, 1000],
        [17, 3],
        [999, 1],
        [500, 0],
      ]) {
        expect([...(await source.read(offset, length))]).toEqual([...bytes.subarray(offset, offset + length)]);
      }
    }));

  test('refuses a range past the end, and a canceled read', () =>
    withSource(async (source) => {
      await expect(source.read(990, 11)).rejects.toThrow(/bytes 990 to 1001 of 1000 do not exist/);
      await expect(source.read(-1, 1)).rejects.toThrow(/do not exist/);
      await expect(source.read(0, 1, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    }));
});

describe('a source that gives fewer bytes than it has', () => {
  test('is refused by name, as a Blob that became shorter', async () => {
    class Shrunk extends Blob {
      override slice(): Blob {
        return new Blob(['a']);
      }
    }
    const source = blobSource(new Shrunk(['abcdef']), 'cells.csv');
    await expect(source.read(1, 3)).rejects.toMatchObject({ name: 'FileAccessError' });
    await expect(source.read(1, 3)).rejects.toThrow(
      /^cells\.csv: a read gave 1 bytes of 3; it changed while it was read/,
    );
  });

  test('is refused as memory that was resized', async () => {
    // The types of ES2022 do not know that memory can be resized.
    type Resizable = ArrayBuffer & { resize(bytes: number): void };
    const create = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => Resizable;
    const memory = new create(100, { maxByteLength: 200 });
    const source = bytesSource(new Uint8Array(memory));
    memory.resize(10);
    await expect(source.read(0, 100)).rejects.toThrow(/a read gave 10 bytes of 100/);
  });
});

describe('a source is made of', () => {
  test.each<[string, () => ByteSource, RegExp]>([
    ['text', () => bytesSource('abc' as never), /^bytes: is not a Uint8Array; give one/],
    ['an ArrayBuffer', () => bytesSource(new ArrayBuffer(8) as never), /^bytes: is not a Uint8Array/],
    ['wider values', () => bytesSource(Uint16Array.of(1, 2) as never), /^bytes: is not a Uint8Array/],
    ['no Blob', () => blobSource(undefined as never), /^blob: is not a Blob or File/],
    ['half a byte', () => sourceOf('x', 0.5, () => Promise.reject(new Error())), /^byteLength: 0.5 is not valid/],
  ])('bytes, not of %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('whole bytes, not of parts of them', async () => {
    await expect(bytesSource(bytes, 'x').read(0.5, 2)).rejects.toThrow(/^x: bytes 0.5 to 2.5 of 1000 do not exist/);
  });
});

test('openFile refuses what is not a file', async () => {
  await expect(openFile(at('absent'))).rejects.toMatchObject({ name: 'FileMissingError' });
  await expect(openFile(at(''))).rejects.toThrow(/is a folder/);
});

test.each([
  ['a null character', 'a\0b', /^path 'a\\u0000b': holds a null character; remove it/],
  ['a number', 5, /^path: 5 is not valid; use the path of a file or folder as text/],
])('openFile names a path that is %s', async (_, path, message) => {
  await expect(openFile(path as string)).rejects.toMatchObject({ name: 'ArgumentError' });
  await expect(openFile(path as string)).rejects.toThrow(message);
});

test('a read that the system refuses names the file', async () => {
  writeFileSync(at('closed'), bytes);
  const source = await openFile(at('closed'));
  await source.close();
  await expect(source.read(0, 1)).rejects.toMatchObject({ name: 'FileAccessError', path: at('closed') });
});
