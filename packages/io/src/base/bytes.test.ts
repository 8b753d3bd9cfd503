import { type ByteSource, FileAccessError, FileMissingError, FormatError } from '@geneformer-ts/core';
import { openFile } from '@geneformer-ts/core/node';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { scratch } from '../testing/folder.js';
import { readBytes } from './bytes.js';
import { readLineChunks } from './text.js';

const at = scratch();

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts).toString();
}

/** Streams a file through a reader. */
async function* through(
  name: string,
  read: (source: ByteSource) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const source = await openFile(at(name));
  try {
    yield* read(source);
  } finally {
    await source.close();
  }
}

describe('readBytes', () => {
  test('detects gzip from the bytes, not from the name, and reads several members', async () => {
    await writeFile(at('plain.gz'), 'not compressed');
    await writeFile(at('compressed'), Buffer.concat([gzipSync('one '), gzipSync('two')]));
    expect(await text(through('plain.gz', readBytes))).toBe('not compressed');
    expect(await text(through('compressed', readBytes))).toBe('one two');
  });

  test('throws a FormatError for incomplete or damaged gzip data', async () => {
    const whole = gzipSync('x'.repeat(100_000));
    await writeFile(at('short.gz'), whole.subarray(0, whole.length - 20));
    await expect(text(through('short.gz', readBytes))).rejects.toThrow(FormatError);
    const damaged = Uint8Array.from(whole);
    damaged[20] ^= 255;
    await writeFile(at('damaged.gz'), damaged);
    await expect(text(through('damaged.gz', readBytes))).rejects.toThrow('gzip data');
  });

  test('names missing files and folders', async () => {
    await expect(text(through('none', readBytes))).rejects.toThrow(FileMissingError);
    await expect(text(through('.', readBytes))).rejects.toThrow(FileAccessError);
  });
});

describe('readLineChunks', () => {
  test('returns the text in whole lines and ends the last one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 400_000, unit: 'grapheme-ascii' }), { maxLength: 8 }),
        async (lines) => {
          const whole = lines.map((line) => line.replaceAll('\n', ' ').repeat(9)).join('\n');
          await writeFile(at('lines'), whole);
          for await (const chunk of through('lines', readLineChunks)) expect(chunk.at(-1)).toBe(10);
          const ended = whole === '' || whole.endsWith('\n') ? whole : `${whole}\n`;
          expect(await text(through('lines', readLineChunks))).toBe(ended);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('does not split a line that is longer than a chunk', async () => {
    const line = 'abc,'.repeat(1_000_000);
    await writeFile(at('long'), `${line}\n${line}`);
    const lengths: number[] = [];
    for await (const chunk of through('long', readLineChunks)) lengths.push(chunk.length);
    expect(lengths).toEqual([4_000_001, 4_000_001]);
  });

  test('rejects an endless line, found in files that are not text, before it fills the memory', async () => {
    await writeFile(at('endless'), gzipSync(Buffer.alloc(5_000_000)));
    await expect(text(through('endless', (source) => readLineChunks(source, 3_000_000)))).rejects.toThrow(FormatError);
    await expect(text(through('endless', (source) => readLineChunks(source, 3_000_000)))).rejects.toThrow(
      /a line is longer than 3000000 bytes/,
    );
  });
});
