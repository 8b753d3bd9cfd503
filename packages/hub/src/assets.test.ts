import type { ProgressEvent } from '@geneformer-ts/core';
import { sha256, temporaryBeside } from '@geneformer-ts/core/node';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { link, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Catalog, readCatalog } from './catalog.js';
import {
  AssetDeniedError,
  AssetDownloadError,
  AssetMismatchError,
  AssetOfflineError,
  UnknownAssetError,
} from './errors.js';
import { resolveAsset, type ResolveOptions } from './resolve.js';
import { scratch } from './testing/folder.js';
import { cut, localServer, rangeStart, serve } from './testing/server.js';

const at = scratch();
const server = localServer();
const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));
const other = Buffer.from(content.map((byte) => byte ^ 1));
const dataFolder = at('data');
const cacheFolder = at('cache');
const cached = join(cacheFolder, 'assets/huggingface/someone/Repository/folder/weights.bin');
let catalog: Catalog;

async function catalogOf(changes: object = {}): Promise<Catalog> {
  const asset = {
    id: 'weights',
    kind: 'checkpoint',
    publisher: 'huggingface:someone/Repository',
    path: 'folder/weights.bin',
    licence: 'MIT',
    bytes: content.length,
    sha256: sha256(content),
    ...changes,
  };
  await writeFile(at('catalog.json'), JSON.stringify({ schema: 1, assets: [asset] }));
  return readCatalog(at('catalog.json'));
}

function settings(options: ResolveOptions = {}): ResolveOptions {
  const defaults = { dataDir: dataFolder, cacheDir: cacheFolder, mirrors: [], hub: server.url, offline: false };
  return { ...defaults, hubToken: undefined, mirrorToken: undefined, retrySeconds: 0.001, ...options };
}

const resolve = (options?: ResolveOptions) => resolveAsset(catalog, 'weights', settings(options));

/** The partial file of another process. */
const partialOf = (pid: number) => temporaryBeside(cached, 'part').replace(`-${process.pid}-`, `-${pid}-`);

/** What lies in the cache's folder of the asset. */
const leftovers = () => readdir(dirname(cached)).catch(() => []);

beforeEach(async () => {
  for (const folder of [dataFolder, cacheFolder]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
  }
  catalog = await catalogOf();
  server.answer = (request, response) => serve(content, request, response);
});

describe('where an asset comes from', () => {
  test.each(['folder/weights.bin', 'weights/weights.bin', 'habit/w.bin'])('the user has it at %s', async (place) => {
    catalog = await catalogOf({ local: ['habit/w.bin'] });
    await mkdir(dirname(join(dataFolder, place)), { recursive: true });
    await writeFile(join(dataFolder, place), content);
    expect(await resolve()).toEqual({
      id: 'weights',
      path: join(dataFolder, place),
      origin: 'data',
      bytes: content.length,
      sha256: sha256(content),
      pinned: true,
    });
    expect(server.requests).toEqual([]);
  });

  test('the network once, the cache from then on', async () => {
    expect(await resolve()).toMatchObject({ origin: 'download', path: cached, bytes: content.length });
    expect(sha256(await readFile(cached))).toBe(sha256(content));
    expect(await resolve()).toMatchObject({ origin: 'cache', path: cached });
    expect(server.requests.map(({ url }) => url)).toEqual(['/someone/Repository/resolve/main/folder/weights.bin']);
    expect(await leftovers()).toEqual(['weights.bin']);
  });

  test('a mirror before the publisher, each with its own token; a mirror without the file is passed over', async () => {
    server.answer = (request, response) => {
      if (request.url?.startsWith('/mirror/')) response.writeHead(404).end();
      else serve(content, request, response);
    };
    await resolve({ mirrors: [`${server.url}/mirror/`], mirrorToken: 'm', hubToken: 'h' });
    expect(server.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/mirror/folder/weights.bin', 'Bearer m'],
      ['/someone/Repository/resolve/main/folder/weights.bin', 'Bearer h'],
    ]);
  });

  test('an unknown id lists the known; offline says where it looked', async () => {
    await expect(resolveAsset(catalog, 'weight', settings())).rejects.toThrow(UnknownAssetError);
    await expect(resolveAsset(catalog, 'weight', settings())).rejects.toThrow(/it has weights$/);
    await expect(resolve({ offline: true })).rejects.toThrow(AssetOfflineError);
    await expect(resolve({ offline: true })).rejects.toThrow(cached);
    expect(server.requests).toEqual([]);
  });
});

describe('a file that is not the one of the catalog', () => {
  test.each([
    ['among the data of the user', join(dataFolder, 'folder/weights.bin')],
    ['in the cache', cached],
  ])('%s: both digests are named and nothing is deleted or fetched', async (_, path) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, other);
    await expect(resolve()).rejects.toThrow(AssetMismatchError);
    await expect(resolve()).rejects.toThrow(
      `${path} has sha256 ${sha256(other)} where the catalog says ${sha256(content)}`,
    );
    expect(sha256(await readFile(path))).toBe(sha256(other));
    expect(server.requests).toEqual([]);
  });

  test('corrupt bytes from a server: both digests, and nothing is left', async () => {
    server.answer = (request, response) => serve(other, request, response);
    await expect(resolve()).rejects.toThrow(AssetMismatchError);
    await expect(resolve()).rejects.toThrow(`${sha256(other)} where the catalog says ${sha256(content)}`);
    expect(await leftovers()).toEqual([]);
  });

  test('a mirror with corrupt bytes does not keep the publisher from being asked', async () => {
    server.answer = (request, response) =>
      serve(request.url?.startsWith('/mirror/') ? other : content, request, response);
    expect(await resolve({ mirrors: [`${server.url}/mirror`] })).toMatchObject({ sha256: sha256(content) });
  });
});

describe('servers that are in a bad way', () => {
  test('a connection that is cut again and again: each request goes on where the last one stopped', async () => {
    server.answer = (request, response) => {
      const from = rangeStart(request) ?? 0;
      if (from > 0) {
        const end = Math.min(content.length, from + 100_000);
        const headers = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
        response.writeHead(206, { ...headers, 'content-length': content.length - from });
        response.write(content.subarray(from, end), () => setTimeout(() => response.destroy(), 20));
        if (end === content.length) response.end();
      } else cut(content.subarray(0, 100_000), content.length, response);
    };
    await resolve();
    expect(sha256(await readFile(cached))).toBe(sha256(content));
    // A slow machine may lose the last of what was sent before the cut, but never begins again.
    const starts = server.requests.map(({ headers }) => Number(headers.range?.slice(6, -1) ?? 0));
    expect(starts.length).toBeGreaterThanOrEqual(3);
    starts.slice(1).forEach((start, i) => {
      expect(start).toBeGreaterThan(starts[i]);
      expect(start).toBeLessThanOrEqual(starts[i] + 100_000);
    });
  });

  test('what one run fetched, the next resumes', async () => {
    const stop = new AbortController();
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 120_000));
    };
    const stopping = resolve({ signal: stop.signal, onProgress: ({ done }) => done >= 60_000 && stop.abort() });
    await expect(stopping).rejects.toThrow(/abort/i);
    server.answer = (request, response) => serve(content, request, response);
    server.requests = [];
    await resolve();
    expect(Number(server.requests[0].headers.range?.slice(6, -1))).toBeGreaterThanOrEqual(60_000);
    expect(sha256(await readFile(cached))).toBe(sha256(content));
    expect(await leftovers()).toEqual(['weights.bin']);
  });

  test('the remains of a process that is gone are taken up; wrong ones cost one more try', async () => {
    const gone = partialOf(4194305);
    await mkdir(dirname(cached), { recursive: true });
    await writeFile(gone, other.subarray(0, 1000));
    await resolve();
    expect(sha256(await readFile(cached))).toBe(sha256(content));
    expect(server.requests.map(({ headers }) => headers.range)).toEqual(['bytes=1000-', undefined]);
    expect(await leftovers()).toEqual(['weights.bin']);
  });

  test('a server that does not know ranges sends everything again', async () => {
    server.answer = (_, response) => {
      if (server.requests.length === 1) cut(content.subarray(0, 50_000), content.length, response);
      else response.writeHead(200, { 'content-length': content.length }).end(content);
    };
    await resolve();
    expect(sha256(await readFile(cached))).toBe(sha256(content));
    expect(server.requests[1].headers.range).toBe('bytes=50000-');
  });

  test('a server that answers another range than the one asked for', async () => {
    server.answer = (request, response) => {
      if (server.requests.length === 1) cut(content.subarray(0, 50_000), content.length, response);
      else if (rangeStart(request) === undefined) serve(content, request, response);
      else response.writeHead(206, { 'content-range': `bytes 0-9/${content.length}` }).end(content.subarray(0, 10));
    };
    await resolve();
    expect(sha256(await readFile(cached))).toBe(sha256(content));
  });

  test.each([
    ['more', content.length + 1, /offers 300001 bytes where the catalog says 300000/],
    ['fewer', 10, /offers 10 bytes where the catalog says 300000/],
  ])('a size that is %s than the catalog says is not fetched', async (_, size, message) => {
    server.answer = (__, response) => {
      response.writeHead(200, { 'content-length': size }).end(Buffer.alloc(size));
    };
    await expect(resolve()).rejects.toThrow(AssetDownloadError);
    await expect(resolve()).rejects.toThrow(message);
  });

  test('no size and no end: nothing beyond the size of the catalog is written', async () => {
    server.answer = (_, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(content, () => setImmediate(more));
      };
      response.writeHead(200);
      more();
    };
    await expect(resolve()).rejects.toThrow(/sends more than the 300000 bytes of the catalog/);
  });

  test('a size that is promised and not kept, without an end of hope', async () => {
    server.answer = (_, response) => cut(Buffer.alloc(0), content.length, response);
    await expect(resolve()).rejects.toThrow(AssetDownloadError);
    expect(server.requests).toHaveLength(4);
  });

  test('a server that stays silent: how long, and that the next run resumes', async () => {
    server.answer = (request, response) => {
      const from = rangeStart(request) ?? 0;
      const head = { 'content-length': content.length - from };
      const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
      response.writeHead(from ? 206 : 200, from ? { ...head, ...range } : head);
      if (from) response.flushHeaders();
      else response.write(content.subarray(0, 1000));
    };
    const waiting = resolve({ stallSeconds: 0.1 });
    await expect(waiting).rejects.toThrow(AssetDownloadError);
    await expect(waiting).rejects.toThrow(/nothing came for 0.1 s; run again, to go on from what was fetched/);
    server.answer = (request, response) => serve(content, request, response);
    server.requests = [];
    await resolve();
    expect(server.requests.map(({ headers }) => headers.range)).toEqual(['bytes=1000-']);
  });

  test('a server that falls silent', async () => {
    server.answer = (request, response) => {
      if (server.requests.length > 1) serve(content, request, response);
      else response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, 9));
    };
    await resolve({ stallSeconds: 0.2 });
    expect(sha256(await readFile(cached))).toBe(sha256(content));
  });

  test('busy twice, then well', async () => {
    server.answer = (request, response) => {
      if (server.requests.length > 2) serve(content, request, response);
      else response.writeHead(server.requests.length === 1 ? 503 : 429, { 'retry-after': '0' }).end();
    };
    await resolve();
    expect(server.requests).toHaveLength(3);
  });

  test.each([404, 410, 400])('%d is not asked again', async (status) => {
    server.answer = (_, response) => response.writeHead(status).end('no');
    await expect(resolve()).rejects.toThrow(AssetDownloadError);
    await expect(resolve()).rejects.toThrow(
      `${server.url}/someone/Repository/resolve/main/folder/weights.bin answers ${status}`,
    );
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ['no content', (response: ServerResponse) => response.writeHead(204).end(), /answers 204/],
    ['an empty file', (response: ServerResponse) => response.writeHead(200).end(), /sends nothing/],
    [
      'a packing that nobody asked for',
      (response: ServerResponse) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('x'),
      /packs the file with zstd/,
    ],
    [
      'a web page, as networks that want a login do',
      (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>'),
      /sends a web page/,
    ],
  ])('%s is not an asset, even where no digest could tell', async (_, answer, message) => {
    server.answer = (__, response) => void answer(response);
    for (const digest of [sha256(content), null]) {
      catalog = await catalogOf({ bytes: null, sha256: digest });
      await expect(resolve()).rejects.toThrow(AssetDownloadError);
      await expect(resolve()).rejects.toThrow(message);
      expect(await leftovers()).toEqual([]);
    }
  });

  test.each([content.length, null])(
    'a server that packs what it sends, with %s bytes in the catalog',
    async (bytes) => {
      catalog = await catalogOf({ bytes });
      const packed = gzipSync(content);
      server.answer = (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
      };
      await resolve();
      expect(sha256(await readFile(cached))).toBe(sha256(content));
      expect(server.requests).toHaveLength(1);
    },
  );

  test('access denied says which token to set, or that the one that is set does not do', async () => {
    server.answer = (_, response) => response.writeHead(403).end();
    await expect(resolve()).rejects.toThrow(AssetDeniedError);
    await expect(resolve()).rejects.toThrow(/answers 403 \(access denied\); set HF_TOKEN to a token that may read it/);
    await expect(resolve({ hubToken: 'x' })).rejects.toThrow(/the token in HF_TOKEN may not read it/);
  });

  test('nobody there', async () => {
    await expect(resolve({ hub: 'http://127.0.0.1:9' })).rejects.toThrow(AssetDownloadError);
  });
});

describe('an asset that is not pinned', () => {
  beforeEach(async () => {
    catalog = await catalogOf({ bytes: null, sha256: null });
  });

  test('is taken as it is, and says so with its digest', async () => {
    expect(await resolve()).toMatchObject({ pinned: false, sha256: sha256(content), bytes: content.length });
  });

  test('has a warning that says what to pin', async () => {
    const warning = `asset 'weights': not checked, since the catalog has no digest; pin "bytes": ${content.length}, "sha256": "${sha256(content)}" once you trust the file`;
    expect(await resolve()).toMatchObject({ origin: 'download', warning });
    expect(await resolve()).toMatchObject({ origin: 'cache', warning });
    catalog = await catalogOf();
    expect(await resolve()).not.toHaveProperty('warning');
  });

  test.each([
    ['says that it has more', { 'content-length': '300000' }, /offers 300000 bytes where at most 100000 are allowed/],
    ['never ends', {}, /sends more than the 100000 bytes that are allowed/],
    ['unpacks to more', { 'content-encoding': 'gzip' }, /sends more than the 100000 bytes that are allowed/],
  ])('is not fetched beyond the size that the caller allows: a server that %s', async (_, headers, message) => {
    const sent = 'content-encoding' in headers ? gzipSync(Buffer.alloc(5_000_000)) : content;
    server.answer = (__, response) => {
      response.writeHead(200, headers);
      const more = (): void => {
        if (!response.destroyed) response.write(sent, () => setImmediate(more));
      };
      more();
    };
    await expect(resolve({ mostBytes: 100_000 })).rejects.toThrow(AssetDownloadError);
    await expect(resolve({ mostBytes: 100_000 })).rejects.toThrow(message);
    expect(await leftovers()).toEqual([]);
  });

  test('goes on only while the server has the same file', async () => {
    server.answer = (request, response) => {
      if (server.requests.length === 1) cut(other.subarray(0, 5000), other.length, response, { etag: '"old"' });
      else serve(content, request, response, '"new"');
    };
    await resolve();
    expect(sha256(await readFile(cached))).toBe(sha256(content));
    expect(server.requests[1].headers['if-range']).toBe('"old"');
  });
});

test.each([
  ['symbolic', symlink],
  ['hard', link],
])('a %s link that has the name of a partial file is left alone, and so is its target', async (_, make) => {
  const gone = partialOf(4194305);
  await mkdir(dirname(cached), { recursive: true });
  await writeFile(at('precious.txt'), 'precious');
  await make(at('precious.txt'), gone);
  expect(await resolve()).toMatchObject({ origin: 'download', path: cached });
  expect(await readFile(at('precious.txt'), 'utf8')).toBe('precious');
  expect((await lstat(cached)).isFile()).toBe(true);
  expect((await leftovers()).sort()).toEqual([basename(gone), 'weights.bin'].sort());
});

describe('limits', () => {
  test.each([Infinity, 1e7])('a connection may be silent for %p s', async (stallSeconds) => {
    server.answer = (request, response) => setTimeout(() => serve(content, request, response), 50);
    expect(await resolve({ stallSeconds })).toMatchObject({ origin: 'download' });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['stallSeconds', NaN],
    ['stallSeconds', 0],
    ['stallSeconds', '60'],
    ['mostBytes', NaN],
    ['mostBytes', -1],
    ['retrySeconds', NaN],
    ['retrySeconds', -1],
  ])('%s cannot be %p', async (option, value) => {
    await expect(resolve({ [option]: value })).rejects.toMatchObject({ name: 'ArgumentError', argument: option });
    expect(server.requests).toEqual([]);
  });
});

test.each([
  ['a folder', (path: string) => mkdir(path, { recursive: true }), /is a folder; name a file/],
  ['a link to nothing', (path: string) => symlink('nowhere', path), /is a link to nothing/],
])('%s in the place of the file is refused before anything is fetched', async (_, make, message) => {
  await mkdir(dirname(cached), { recursive: true });
  await make(cached);
  await expect(resolve()).rejects.toThrow(message);
  expect(server.requests).toEqual([]);
});

describe('several at once', () => {
  test('two calls in one process share a download', async () => {
    const [a, b] = await Promise.all([resolve(), resolve()]);
    expect(a).toEqual(b);
    expect(server.requests).toHaveLength(1);
  });

  test('two catalogs that expect different files at one path: none gets the file of the other', async () => {
    server.answer = (request, response) => setTimeout(() => serve(content, request, response), 50);
    const wanted = await Promise.allSettled([
      resolveAsset(await catalogOf(), 'weights', settings()),
      resolveAsset(await catalogOf({ sha256: sha256(other) }), 'weights', settings()),
      resolveAsset(await catalogOf({ bytes: 7 }), 'weights', settings()),
    ]);
    expect(wanted[0]).toMatchObject({ status: 'fulfilled', value: { sha256: sha256(content), pinned: true } });
    for (const [i, what] of [
      [1, 'sha256'],
      [2, 'bytes'],
    ] as const) {
      expect(wanted[i]).toMatchObject({ reason: { name: 'AssetMismatchError', what, path: cached } });
    }
    expect(server.requests).toHaveLength(1);
  });

  test('a call with a token does not share the refusal of one without', async () => {
    server.answer = (request, response) => {
      if (request.headers.authorization === undefined) setTimeout(() => response.writeHead(403).end(), 50);
      else serve(content, request, response);
    };
    const [without, withToken] = await Promise.allSettled([resolve(), resolve({ hubToken: 'h' })]);
    expect(without).toMatchObject({ reason: { name: 'AssetDeniedError' } });
    expect(withToken).toMatchObject({ value: { origin: 'download' } });
  });

  describe('of which one is aborted', () => {
    const reason = new Error('enough');
    const slowly = (milliseconds: number) => {
      server.answer = (request, response) => setTimeout(() => serve(content, request, response), milliseconds);
    };

    test.each([0, 1])('call %i: it rejects at once with its reason, and the other gets the file', async (index) => {
      slowly(300);
      const stop = new AbortController();
      const calls = [0, 1].map((call) => resolve(call === index ? { signal: stop.signal } : {}));
      const began = performance.now();
      setTimeout(() => stop.abort(reason), 50);
      await expect(calls[index]).rejects.toBe(reason);
      expect(performance.now() - began).toBeLessThan(250);
      expect(await calls[1 - index]).toMatchObject({ origin: 'download', sha256: sha256(content) });
      expect(server.requests).toHaveLength(1);
    });

    test('and then the other: the download stops, and a later call starts another', async () => {
      const stops = [new AbortController(), new AbortController()];
      server.answer = () => undefined;
      const calls = stops.map(({ signal }) => resolve({ signal }));
      setTimeout(() => stops.forEach((stop) => stop.abort(reason)), 50);
      const later = Promise.allSettled(calls).then(() => slowly(0));
      for (const call of calls) await expect(call).rejects.toBe(reason);
      await later;
      expect(await resolve()).toMatchObject({ origin: 'download' });
    });

    test('every call sees the progress', async () => {
      const seen = [0, 0];
      await Promise.all(seen.map((_, call) => resolve({ onProgress: ({ done }) => (seen[call] = done) })));
      expect(seen).toEqual([content.length, content.length]);
    });
  });

  test('another thread of this process keeps its half of the file to itself', async () => {
    const theirs = temporaryBeside(cached, 'part').replace(`-${process.pid}-0-`, `-${process.pid}-7-`);
    await mkdir(dirname(cached), { recursive: true });
    await writeFile(theirs, content.subarray(0, 1000));
    await resolve();
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined]);
    expect((await leftovers()).sort()).toEqual([basename(theirs), 'weights.bin'].sort());
  });

  test('a file whose name only resembles a partial one is left alone', async () => {
    const notes = temporaryBeside(cached, 'part').replace(/-\d+\.part$/, '-notes.part');
    await mkdir(dirname(cached), { recursive: true });
    await writeFile(notes, 'notes');
    await resolve();
    expect((await leftovers()).sort()).toEqual([basename(notes), 'weights.bin'].sort());
  });

  test('a living process keeps its half of the file to itself', async () => {
    const sleeper = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    const theirs = partialOf(sleeper.pid!);
    try {
      await mkdir(dirname(cached), { recursive: true });
      await writeFile(theirs, content.subarray(0, 1000));
      await resolve();
      expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined]);
      expect(sha256(await readFile(theirs))).toBe(sha256(content.subarray(0, 1000)));
      expect(sha256(await readFile(cached))).toBe(sha256(content));
    } finally {
      sleeper.kill();
    }
  });
});

test('progress tells bytes, their number and, once it is known, the speed and the time left', async () => {
  const events: ProgressEvent[] = [];
  server.answer = (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    const send = (from: number): void => {
      if (from >= content.length) response.end();
      else response.write(content.subarray(from, from + 50_000), () => setTimeout(() => send(from + 50_000), 150));
    };
    send(0);
  };
  await resolve({ onProgress: (event) => events.push(event) });
  expect(events.at(-1)).toMatchObject({ stage: 'download', done: 300_000, total: 300_000, unit: 'bytes' });
  expect(events.some(({ detail }) => /^\d\.\d MB\/s, \d+ s left$/.test(detail ?? ''))).toBe(true);
});

test.each([
  [{ path: '../outside' }, /path is "..\/outside"/],
  [{ path: '/etc/passwd' }, /path is "\/etc\/passwd"/],
  [{ path: 'a\u0000b' }, /path is "a\\u0000b"/],
  [{ local: ['../outside'] }, /local is \["..\/outside"\]/],
  [{ id: '../outside' }, /id is "..\/outside"/],
  [{ sha256: 'abc' }, /sha256 is "abc"/],
  [{ bytes: -1 }, /bytes is -1/],
  [{ licence: undefined }, /licence is missing/],
  [{ companions: ['none'] }, /has the unknown companion 'none'/],
])('a catalog with %j is refused', async (changes, message) => {
  await expect(catalogOf(changes)).rejects.toThrow(message);
});

test('no publisher leads out of the cache', async () => {
  for (const publisher of ['huggingface:../..', '..:..', 'huggingface:/etc', 'a:b/../../../c']) {
    catalog = await catalogOf({ publisher });
    const { path } = await resolve({ mirrors: [server.url] });
    expect(path.startsWith(`${join(cacheFolder, 'assets')}/`)).toBe(true);
    expect(path).not.toContain('..');
  }
});
