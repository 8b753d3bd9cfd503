import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Source } from './places.js';
import { isPublicAddress, lookupPublic, PrivateAddress } from './public-address.js';

const MOST_REDIRECTS = 5;

/** Encodings that some servers use although none is asked for. */
export const UNPACKERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
]);

/** An answer whose body has not been read yet. */
export interface Answer {
  status: number;
  header(name: string): string | undefined;
  /** The bytes, unpacked where the server packed them. */
  body: Readable;
}

/** Thrown when a source leads to an address that is not to be asked. Asking again does not help. */
export class RefusedAddress extends Error {}

/**
 * Sends a GET request and follows redirects. Only `https` addresses on the public internet are asked, apart from the
 * servers that the user named. The token goes to the first server alone.
 *
 * @throws RefusedAddress for an address that is not allowed, and after five redirects; what the connection throws
 */
export async function request(source: Source, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
  let url = parse(source.url, source.url);
  const { origin } = url;
  let sendsToken = source.token !== undefined;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const isNamed = source.named.includes(url.origin);
    if (!isNamed) refuse(url);
    const authorization = sendsToken ? { authorization: `Bearer ${source.token}` } : {};
    const message = await send(url, { ...headers, ...authorization }, isNamed, signal);
    const { statusCode: status = 0 } = message;
    const { location } = message.headers;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return answerOf(message, status);
    message.destroy();
    url = parse(location, url.href);
    // A server that comes back to the first one decides what is asked there: no token any more.
    sendsToken &&= url.origin === origin;
  }
  throw new RefusedAddress(`redirects more than ${MOST_REDIRECTS} times`);
}

function parse(address: string, base: string): URL {
  if (!URL.canParse(address, base)) throw new RefusedAddress('redirects to an address that is not a URL');
  const url = new URL(address, base);
  url.username = '';
  url.password = '';
  return url;
}

function refuse({ protocol, hostname, origin }: URL): void {
  const remedy = 'name that server in GENEFORMER_MIRRORS to allow it';
  if (protocol !== 'https:') throw new RefusedAddress(`leads to ${origin}, which is not https; ${remedy}`);
  const address = hostname.replace(/^\[|\]$/g, '');
  // Names are judged when they are resolved.
  if (isIP(address) && !isPublicAddress(address)) throw notPublic(hostname);
}

function notPublic(host: string): RefusedAddress {
  const remedy = 'name that server in GENEFORMER_MIRRORS to allow it';
  return new RefusedAddress(`leads to ${host}, which is not on the public internet; ${remedy}`);
}

function send(
  url: URL,
  headers: Record<string, string>,
  isNamed: boolean,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
    // A connection of its own: a shared one may have been made under the rules for another server.
    const options = { headers: { ...headers, 'user-agent': 'geneformer-ts' }, signal, agent: false };
    ask(url, isNamed ? options : { ...options, lookup: lookupPublic })
      .once('response', done)
      .on('error', (cause) => fail(cause instanceof PrivateAddress ? notPublic(url.hostname) : cause))
      .end();
  });
}

function answerOf(message: IncomingMessage, status: number): Answer {
  const header = (name: string): string | undefined => {
    const value = message.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const unpacker = UNPACKERS.get(header('content-encoding') ?? '')?.();
  // The callback takes over error reporting; who reads the body sees the same error.
  const body = unpacker ? pipeline(message, unpacker, () => undefined) : message;
  body.on('error', () => undefined);
  return { status, header, body };
}
