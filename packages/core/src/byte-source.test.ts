import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { blobSource, bytesSource, openUrl, type ByteSource } from './byte-source.js';
import { openFile } from './node/open-file.js';
import { scratch } from './testing/folder.js';

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const at = scratch();

/** Calls `use` with the address of a server that answers with `answer`. */
async function serving<Result>(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/cells.h5ad`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function ranges(request: IncomingMessage, response: ServerResponse): void {
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
  const part = bytes.subarray(Number(from), Number(to) + 1);
  response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${bytes.length}` }).end(part);
}

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
  ['a URL', (use) => serving(ranges, async (url) => use(await openUrl(url)))],
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

describe('openUrl', () => {
  test.each<[string, number, Record<string, string>, string]>([
    ['is absent', 404, {}, 'FileMissingError'],
    ['ignores ranges', 200, {}, 'FileAccessError'],
    ['hides the size', 206, { 'content-range': 'bytes 0-0/*' }, 'FileAccessError'],
    ['fails', 503, {}, 'FileAccessError'],
  ])('names a server that %s', (_, status, headers, name) =>
    serving(
      (__, response) => response.writeHead(status, headers).end('x'),
      (url) => expect(openUrl(url)).rejects.toMatchObject({ name }),
    ),
  );

  test('names a server that cannot be reached', () =>
    expect(openUrl('http://127.0.0.1:1/cells.h5ad')).rejects.toThrow(/cannot be reached/));
});

test('openFile refuses what is not a file', async () => {
  await expect(openFile(at('absent'))).rejects.toMatchObject({ name: 'FileMissingError' });
  await expect(openFile(at(''))).rejects.toThrow(/is a folder/);
});

test('a read that the system refuses names the file', async () => {
  writeFileSync(at('closed'), bytes);
  const source = await openFile(at('closed'));
  await source.close();
  await expect(source.read(0, 1)).rejects.toMatchObject({ name: 'FileAccessError', path: at('closed') });
});
