import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { type Answer, rangeOf, sendRange, serving } from './testing/server.js';
import { openUrl } from './url-source.js';

const bytes = Uint8Array.from({ length: 64 }, (_, i) => i);

/** Answers the first `count` requests in one way and later ones in another. */
function first(count: number, before: Answer, after: Answer): Answer {
  let asked = 0;
  return (...exchange) => (asked++ < count ? before : after)(...exchange);
}

const sound: Answer = (...exchange) => sendRange(bytes, ...exchange);
const sends = (headers: Record<string, string>, content = bytes): Answer => {
  return (...exchange) => sendRange(content, ...exchange, headers);
};

/** Opens a source of a server that is sound at first, and reads bytes 10 to 15. */
const readAfter = (answer: Answer, stallSeconds = 60) =>
  serving(first(1, sends({ etag: '"1"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }), answer), async (url) =>
    (await openUrl(url, undefined, { stallSeconds })).read(10, 5),
  );

test('two versions of a file are never mixed', async () => {
  const other = bytes.map((byte) => byte ^ 1);
  for (const answer of [
    sends({ etag: '"2"' }, other),
    sends({ 'last-modified': 'Tue, 02 Jan 2024 00:00:00 GMT' }, other),
    sends({}, new Uint8Array(9999)),
    (_, response) => response.writeHead(416, { 'content-range': 'bytes */5' }).end(),
  ] satisfies Answer[]) {
    await expect(readAfter(answer)).rejects.toMatchObject({ name: 'FileAccessError' });
    await expect(readAfter(answer)).rejects.toThrow(/cells\.h5ad: changed while it was read: .*; open it again$/);
  }
});

test('one version is read from servers whose answers differ in other ways', async () => {
  for (const answer of [
    sound,
    sends({ etag: 'W/"1"' }),
    sends({ etag: '"1"', 'last-modified': 'Tue, 02 Jan 2024 00:00:00 GMT' }),
    sends({ 'content-range': 'Bytes 10-14/*' }),
  ]) {
    expect([...(await readAfter(answer))]).toEqual([10, 11, 12, 13, 14]);
  }
});

describe('a read is refused when the server', () => {
  test.each<[string, Answer, RegExp]>([
    ['sends other bytes', sends({ 'content-range': 'bytes 0-4/64' }), /sent bytes 0 to 4 instead of 10 to 14/],
    ['sends fewer', sends({ 'content-range': 'bytes 10-11/64' }), /sent bytes 10 to 11 instead of 10 to 14/],
    ['states no range', sends({ 'content-range': 'bytes 14-' }), /does not state the range that it sends/],
    [
      'cuts the connection',
      (_, response) => {
        response.writeHead(206, { 'content-range': 'bytes 10-14/64', 'content-length': 5 });
        response.write('x', () => setTimeout(() => response.destroy(), 20));
      },
      /the answer broke off after 1 of 5 bytes \(UND_ERR_SOCKET\); try again/,
    ],
    ['sends damaged gzip', sends({ 'content-encoding': 'gzip' }), /the answer broke off after 0 of 5 bytes/],
  ])('%s', async (_, answer, message) => {
    await expect(readAfter(answer)).rejects.toMatchObject({ name: 'FileAccessError' });
    await expect(readAfter(answer)).rejects.toThrow(message);
  });

  test('sends more: the rest is not received', async () => {
    let sent = 0;
    const endless: Answer = (request, response) => {
      const [from, to] = rangeOf(request);
      response.writeHead(206, { 'content-range': `bytes ${from}-${to}/64` });
      const more = (): void => {
        sent += 1 << 16;
        if (!response.destroyed && sent < 2 ** 28) response.write(new Uint8Array(1 << 16), () => setImmediate(more));
      };
      more();
    };
    await expect(readAfter(endless)).rejects.toThrow(/the server sent more than the 5 bytes asked for/);
    const bomb = gzipSync(new Uint8Array(30_000_000));
    const packed: Answer = (request, response) => {
      const [from, to] = rangeOf(request);
      response.writeHead(206, { 'content-range': `bytes ${from}-${to}/64`, 'content-encoding': 'gzip' }).end(bomb);
    };
    await expect(readAfter(packed)).rejects.toThrow(/the server sent more than the 5 bytes asked for/);
    expect(sent).toBeLessThan(2 ** 26);
  });

  test.each<[string, Answer]>([
    ['nothing', () => undefined],
    [
      'nothing after some bytes',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 10-14/64' }).write('x'),
    ],
  ])('sends %s for the time allowed', async (_, answer) => {
    await expect(readAfter(answer, 0.1)).rejects.toThrow(/the server sent nothing for 0.1 s; try again$/);
  });
});

describe('opening names a server that', () => {
  const huge = '9'.repeat(400);
  test.each<[string, number, Record<string, string>, string, RegExp]>([
    ['has no such file', 404, {}, 'FileMissingError', /check the address/],
    ['ignores ranges', 200, {}, 'FileAccessError', /ignores range requests/],
    ['hides the size', 206, { 'content-range': 'bytes 0-0/*' }, 'FileAccessError', /does not state the size/],
    ['fails', 503, {}, 'FileAccessError', /answered 503/],
    ['states no number', 206, { 'content-range': `bytes 0-0/${huge}` }, 'FileAccessError', /the impossible size 999/],
    ['states nonsense', 206, { 'content-range': 'bytes 5-0/-1' }, 'FileAccessError', /does not state the range/],
  ])('%s', (_, status, headers, name, message) =>
    serving(
      (__, response) => response.writeHead(status, headers).end('x'),
      async (url) => {
        await expect(openUrl(url)).rejects.toMatchObject({ name });
        await expect(openUrl(url)).rejects.toThrow(message);
      },
    ),
  );

  test('is silent', () =>
    serving(
      () => undefined,
      (url) => expect(openUrl(url, undefined, { stallSeconds: 0.1 })).rejects.toThrow(/sent nothing for 0.1 s/),
    ));

  test('cannot be reached', () =>
    expect(openUrl('http://127.0.0.1:1/cells.h5ad')).rejects.toThrow(/cannot be reached.*check the address/));
});

test.each<[string, Answer]>([
  ['refuses ranges', (_, response) => response.writeHead(416, { 'content-range': 'bytes */0' }).end()],
  ['sends it whole', (_, response) => response.writeHead(200, { 'content-length': '0' }).end()],
])('an empty file of a server that %s has no bytes', (_, answer) =>
  serving(answer, async (url) => expect(await openUrl(url)).toMatchObject({ byteLength: 0 })),
);

describe('an address', () => {
  test('may be a URL object; its query is sent and not shown', () =>
    serving(
      (request, response) => {
        if (request.url?.endsWith('?signature=SECRET')) sound(request, response);
        else response.writeHead(403).end();
      },
      async (url) => {
        const source = await openUrl(new URL(`${url}?signature=SECRET`));
        expect(source.name).toBe(url);
        const refused = openUrl(`${url}?X-Amz-Signature=SECRET&x`);
        await expect(refused).rejects.toThrow(`${url}: the server answered 403`);
      },
    ));

  test.each<[string, unknown, RegExp]>([
    ['a path', 'cells.h5ad', /^url: is not a web address; use an address that begins with https/],
    ['of a file', 'file:///etc/passwd', /^url: begins with file:, which is not a web address/],
    ['of data', 'data:text/plain,abc', /^url: begins with data:/],
    ['undefined', undefined, /^url: undefined is not valid; use an address/],
    ['a number', 5, /^url: 5 is not valid; use an address/],
  ])('is refused when it is %s', async (_, url, message) => {
    await expect(openUrl(url as string)).rejects.toMatchObject({ name: 'ArgumentError' });
    await expect(openUrl(url as string)).rejects.toThrow(message);
  });

  test('with a password is refused without showing it', async () => {
    const opening = openUrl('https://user:s3cret@example.org/cells.h5ad');
    await expect(opening).rejects.toThrow(/^url: has a user or password for example.org, .* an Authorization header$/);
    await expect(opening).rejects.not.toThrow(/s3cret/);
  });

  test.each([NaN, 0, -1, '60'])('is asked with a time limit, which cannot be %p', async (stallSeconds) => {
    const opening = openUrl('http://127.0.0.1:1/x', undefined, { stallSeconds: stallSeconds as number });
    await expect(opening).rejects.toThrow(/^stallSeconds: .* is not valid; use a number of seconds above 0/);
  });

  test.each([Infinity, 1e7])('is asked for up to %p s', (stallSeconds) =>
    serving(
      (...exchange) => setTimeout(() => sound(...exchange), 50),
      async (url) => expect(await openUrl(url, undefined, { stallSeconds })).toMatchObject({ byteLength: 64 }),
    ),
  );
});

test('a fetcher that throws at once names the file', () => {
  const fetcher = (): never => {
    throw new TypeError('no network here');
  };
  return expect(openUrl('https://example.org/x', fetcher)).rejects.toMatchObject({ name: 'FileAccessError' });
});
