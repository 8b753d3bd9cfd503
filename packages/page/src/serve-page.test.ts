import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as page from './index.js';
import { type ServedPage, servePage } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
const file = join(folder, 'cells %41.h5ad');
const CELLS = '0123456789';
let served: ServedPage;

beforeAll(async () => {
  mkdirSync(join(folder, 'page/parts'), { recursive: true });
  writeFileSync(join(folder, 'page/index.html'), '<title>page</title>');
  writeFileSync(join(folder, 'page/parts/code.js.gz'), gzipSync('run()'));
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(file, CELLS);
  served = await servePage({ folder: join(folder, 'page'), file });
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Sends an address as it is; `fetch` would normalize it. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: served.port, path, headers, method }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString('latin1');
        resolve({ status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, text });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

const offered = (): string => `/${new URL(served.url).hash.slice('#file='.length)}`;

test('the package exports exactly these names', () => {
  expect(Object.keys(page).sort()).toEqual(['PAGE_POLICY', 'PageMissingError', 'servePage']);
});

test('answers are isolated from other origins, have a policy, and are not kept', async () => {
  const { status, headers, text } = await ask('/');
  expect([status, text, headers['content-type']]).toEqual([200, '<title>page</title>', 'text/html; charset=utf-8']);
  for (const answer of [headers, (await ask(offered())).headers, (await ask('/none')).headers]) {
    expect(answer).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  }
});

test('a compressed file is sent as it is to clients that know gzip, and as text to others', async () => {
  const known = await ask('/parts/code.js', { 'accept-encoding': 'gzip, br' });
  expect(known.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'text/javascript; charset=utf-8' });
  const { headers, text } = await ask('/parts/code.js');
  expect([headers['content-encoding'], text]).toEqual([undefined, 'run()']);
});

test('the files of the small model are those of its package', async () => {
  expect(JSON.parse((await ask('/mini/config.json')).text)).toHaveProperty('hidden_size');
});

describe('the offered file', () => {
  test.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=8-', 206, '89', 'bytes 8-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-12', 416, '', 'bytes */10'],
    ['bytes=5-4', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=0-1,4-5', 416, '', 'bytes */10'],
    ['bytes=', 416, '', 'bytes */10'],
    ['cells=0-1', 416, '', 'bytes */10'],
  ])('%s: %d', async (range, status, text, stated) => {
    const answer = await ask(offered(), { range });
    expect([answer.status, answer.text, answer.headers['content-range']]).toEqual([status, text, stated]);
  });

  test('is sent whole without a range, and HEAD tells its size', async () => {
    expect((await ask(offered())).text).toBe(CELLS);
    const { headers, text } = await ask(offered(), {}, 'HEAD');
    expect([headers['content-length'], headers['accept-ranges'], text]).toEqual(['10', 'bytes', '']);
  });

  test('has an address that is different for every server', async () => {
    await using other = {
      ...(await servePage({ folder: join(folder, 'page'), file })),
      [Symbol.asyncDispose]: () => other.close(),
    };
    expect(new URL(other.url).hash).not.toBe(new URL(served.url).hash);
  });

  test('is refused once it has changed', async () => {
    const changing = join(folder, 'changing.h5ad');
    writeFileSync(changing, CELLS);
    const other = await servePage({ folder: join(folder, 'page'), file: changing });
    const { origin, hash } = new URL(other.url);
    appendFileSync(changing, 'more');
    expect((await fetch(`${origin}/${hash.slice('#file='.length)}`)).status).toBe(410);
    await other.close();
  });
});

describe('nothing else of the disk is sent', () => {
  const token = (): string => offered().split('/')[2];
  test.each([
    () => '/../secret.txt',
    () => '/parts/../../secret.txt',
    () => '/..%2fsecret.txt',
    () => '/%2e%2e/secret.txt',
    () => '/..\\secret.txt',
    () => '//etc/passwd',
    () => '/file:///etc/passwd',
    () => '/parts',
    () => '/parts/',
    () => '/index.html/',
    () => '/index.html%00.js',
    () => '/mini/../secret.txt',
    () => '/parts/code.js.gz',
    () => `/file/${token()}/secret.txt`,
    () => `/file/${token()}/../secret.txt`,
    () => `/file/${token()}/`,
    () => `/file/x${token().slice(1)}/${offered().split('/')[3]}`,
    () => '/__proto__',
    () => '/constructor',
    () => join(folder, 'secret.txt'),
  ])('%s', async (address) => {
    const { status, text } = await ask(address());
    expect([status, text]).toEqual([404, '']);
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example:80', ' '])(
    'to a site that calls itself %j',
    async (host) => {
      expect(await ask(offered(), { host })).toMatchObject({ status: 421, text: '' });
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('by %s', async (method) => {
    expect(await ask('/', {}, method)).toMatchObject({ status: 405, text: '' });
  });
});

test('a broken connection and a malformed request do not end the server', async () => {
  for (const text of ['GET / HTTP/1.1\r\nHost', 'nonsense\r\n\r\n', `GET ${'/x'.repeat(20_000)} HTTP/1.1\r\n\r\n`]) {
    await new Promise<void>((resolve) => {
      const socket = connect(served.port, '127.0.0.1', () => socket.end(text));
      socket.on('error', () => undefined).on('close', () => resolve());
      socket.resume();
    });
  }
  expect((await ask('/')).status).toBe(200);
});

test('refuses a port in use, a folder without a page, a missing file and a folder as the file', async () => {
  const at = join(folder, 'page');
  await expect(servePage({ folder: at, port: served.port })).rejects.toThrow(
    `port: ${served.port} is in use; give another one, or none for a free one`,
  );
  await expect(servePage({ folder: at, port: 70_000 })).rejects.toThrow('port: 70000 is not valid');
  await expect(servePage({ folder })).rejects.toThrow(`${folder}: contains no page`);
  await expect(servePage({ folder: at, file: join(folder, 'none') })).rejects.toThrow('no such file or folder');
  await expect(servePage({ folder: at, file: folder })).rejects.toThrow('is not a file');
});
