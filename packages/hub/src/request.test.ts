import { ArgumentError } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readCatalog } from './catalog.js';
import { AssetDownloadError } from './errors.js';
import { isPublicAddress, lookupPublic, PrivateAddress } from './public-address.js';
import { resolveAsset, type ResolveOptions } from './resolve.js';
import { scratch } from './testing/folder.js';
import { localServer, serve } from './testing/server.js';

const at = scratch();
const server = localServer();
const content = Buffer.from('0123456789');

/** Resolves an asset of the hub, which is this server and so one that the user named. */
async function resolve(options: ResolveOptions = {}): Promise<string> {
  const asset = { id: 'w', kind: 'config', publisher: 'huggingface:o/R', path: 'w.bin', licence: 'MIT' };
  const pinned = { ...asset, bytes: content.length, sha256: sha256(content) };
  await writeFile(at('catalog.json'), JSON.stringify({ schema: 1, assets: [pinned] }));
  const settings = { dataDir: undefined, cacheDir: at('cache'), mirrors: [], hub: server.url, offline: false };
  const tokens = { hubToken: undefined, mirrorToken: undefined };
  const catalog = await readCatalog(at('catalog.json'));
  return (await resolveAsset(catalog, 'w', { ...settings, ...tokens, retrySeconds: 0.001, ...options })).path;
}

/** The same server under another name. */
const elsewhere = (): string => server.url.replace('127.0.0.1', 'localhost');

beforeEach(async () => {
  await rm(at('cache'), { recursive: true, force: true });
  await mkdir(at('cache'));
});

describe('a redirect', () => {
  test.each([
    [
      'http',
      () => `${elsewhere()}/w.bin`,
      /leads to http:\/\/localhost:\d+, which is not https; name that server in GENEF/,
    ],
    ['a file', () => 'file:///etc/passwd', /leads to null, which is not https/],
    [
      'a name of this machine',
      () => `${elsewhere().replace('http:', 'https:')}/w.bin`,
      /leads to localhost, which is not on/,
    ],
    ['this machine', () => 'https://127.0.0.1:1/w.bin', /leads to 127.0.0.1, which is not on the public internet/],
    ['this machine in decimal', () => 'https://2130706433/w.bin', /leads to 127.0.0.1, which is not on/],
    ['this machine in hexadecimal', () => 'https://0x7f.1/w.bin', /leads to 127.0.0.1, which is not on/],
    ['this machine in octal', () => 'https://0177.0.0.1/w.bin', /leads to 127.0.0.1, which is not on/],
    ['this machine in IPv6', () => 'https://[::1]/w.bin', /leads to \[::1\], which is not on/],
    ['this machine, mapped', () => 'https://[::ffff:127.0.0.1]/w.bin', /leads to \[::ffff:7f00:1\], which is not on/],
    ['the metadata of a cloud', () => 'https://169.254.169.254/latest/', /leads to 169.254.169.254, which is not on/],
    ['a private network', () => 'https://10.0.0.1/w.bin', /leads to 10.0.0.1, which is not on/],
    ['nonsense', () => 'https://', /redirects to an address that is not a URL/],
  ])('to %s is not followed, and not asked for again', async (_, location, message) => {
    server.answer = (__, response) => response.writeHead(302, { location: location() }).end();
    await expect(resolve()).rejects.toThrow(AssetDownloadError);
    await expect(resolve()).rejects.toThrow(message);
    expect(server.requests).toHaveLength(2);
  });

  test('that leads in a circle ends', async () => {
    server.answer = (_, response) => response.writeHead(307, { location: '/again' }).end();
    await expect(resolve()).rejects.toThrow(/redirects more than 5 times/);
    expect(server.requests).toHaveLength(6);
  });

  test('within a server that the user named keeps the token', async () => {
    server.answer = (request, response) => {
      if (request.url === '/store/w.bin') serve(content, request, response);
      else response.writeHead(302, { location: '/store/w.bin' }).end();
    };
    expect(await readFile(await resolve({ hubToken: 'h' }))).toEqual(content);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer h', 'Bearer h']);
  });

  test('to another server that the user named leaves the token behind, on the way back too', async () => {
    server.answer = (request, response) => {
      const [, place] = request.url!.split('/');
      if (place === 'mirror') response.writeHead(404).end();
      else if (place === 'o') response.writeHead(302, { location: `${elsewhere()}/other` }).end();
      else if (place === 'other') response.writeHead(302, { location: `${server.url}/back` }).end();
      else serve(content, request, response);
    };
    await resolve({ mirrors: [`${elsewhere()}/mirror`], hubToken: 'h' });
    expect(server.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/mirror/w.bin', undefined],
      ['/o/R/resolve/main/w.bin', 'Bearer h'],
      ['/other', undefined],
      ['/back', undefined],
    ]);
  });

  test('with a user and password in it sends none', async () => {
    server.answer = (request, response) => {
      if (request.url === '/store') serve(content, request, response);
      else response.writeHead(302, { location: `${server.url.replace('://', '://user:secret@')}/store` }).end();
    };
    await resolve();
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });
});

test.each([
  [
    { mirrors: ['ftp://files.example/x'] },
    /GENEFORMER_MIRRORS: names files.example over ftp:; name an address that begins with https/,
  ],
  [{ mirrors: ['files.example'] }, /GENEFORMER_MIRRORS: holds an address that is not a URL/],
  [
    { mirrors: ['https://me:secret@files.example'] },
    /has a user or password for files.example; give a token in GENEFORMER_MI/,
  ],
  [
    { hub: 'https://me:secret@files.example' },
    /HF_ENDPOINT: has a user or password .*; give a token in HF_TOKEN instead/,
  ],
  [{ mirrors: ['ftp://me:secret@files.example/x'] }, /GENEFORMER_MIRRORS: names files.example over ftp:/],
  [{ mirrors: ['secret:me@files.example'] }, /GENEFORMER_MIRRORS: holds an address that is not of https or http/],
  [
    { mirrors: ['https://files.example/m?key=secret'] },
    /has a query or fragment for files.example, .* give a token in/,
  ],
])('a server named as %j is refused without its password in the message', async (options, message) => {
  const error: unknown = await resolve(options).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ArgumentError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toContain('secret');
});

// Of the special-purpose registries of IANA (RFC 6890 and its successors).
describe('isPublicAddress', () => {
  const notPublic = [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1'],
    ...['172.31.255.255', '192.168.0.1', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::127.0.0.1', 'fe80::1', 'fe80::1%eth0'],
    ...['fc00::1', 'fd12:3456::1', 'ff02::1', 'fec0::1', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b:1::1'],
    ...['2002:7f00:1::', '2002:a00:1::1', '2001::1', '2001:db8::1', '3fff::1', '100::1', 'localhost', ''],
  ];
  test.each(notPublic)('%j is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  const open = ['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.128.0.1', '192.167.0.1', '223.255.255.255'];
  test.each([...open, '2606:4700::1111', '2a00:1450:4001::1', '::ffff:8.8.8.8', '64:ff9b::808:808', '2002:808:808::1'])(
    '%j is',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

test.each([true, false])('a name of this machine resolves to nothing (all addresses: %p)', async (all) => {
  const error = await new Promise((done) => lookupPublic('localhost', { all }, done));
  expect(error).toBeInstanceOf(PrivateAddress);
});
