import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { OfferedFile, rangeOf } from './offered-file.js';
import { builtPage, type PageFile, pageFiles } from './page-files.js';

/** Options of `servePage`. */
export interface ServePageOptions {
  /** File of cells that the page opens at once; the server offers no other file. */
  file?: string;
  /** Port; default a free one. */
  port?: number;
  /** Folder of the page; default that of this package. */
  folder?: string;
}

const known: OptionNames<ServePageOptions> = { file: true, port: true, folder: true };

/** A page that is served. */
export interface ServedPage {
  /** Address for a browser on this computer. Its last part, which browsers do not send, tells the page where the file is. */
  url: string;
  port: number;
  close: () => Promise<void>;
}

/** The policy of the page: it loads nothing from elsewhere, sends nothing elsewhere and runs no script of a file. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; " +
  "img-src 'self' blob:; base-uri 'none'; form-action 'none'";

/** On every answer. The first two isolate the page from other origins, so that its threads may share memory. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': `${PAGE_POLICY}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/**
 * Serves the page to browsers on this computer only, until it is closed. Answers GET and HEAD for the files of the page and, by ranges, for
 * `file`, at an address that cannot be guessed.
 *
 * @throws ArgumentError for a port in use; PageMissingError; FileMissingError, FileAccessError
 */
export async function servePage(options: ServePageOptions = {}): Promise<ServedPage> {
  checkOptions('servePage', options, known);
  const { file, port = 0, folder = builtPage } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw ArgumentError.of('port', port, 'a whole number from 0 to 65535');
  }
  const files = pageFiles(folder);
  const offered = file === undefined ? undefined : await OfferedFile.open(file);
  const server = createServer((request, response) => {
    // The connection may break at any time, which concerns nobody else.
    answer(request, response, files, offered).catch(() => response.destroy());
  });
  try {
    await listen(server, port);
  } catch (error) {
    await offered?.close();
    throw error;
  }
  const bound = (server.address() as AddressInfo).port;
  const fragment = offered ? `#file=${offered.address.slice(1)}` : '';
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await offered?.close();
  };
  return { url: `http://127.0.0.1:${bound}/${fragment}`, port: bound, close };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as { code?: string };
    const problem = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code ?? String(cause)})`;
    throw new ArgumentError('port', `${port} ${problem}`, 'give another one, or none for a free one');
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, PageFile>,
  offered: OfferedFile | undefined,
): Promise<void> {
  const refuse = (status: number, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { ...HEADERS, ...headers }).end();
  };
  // A site elsewhere can give its name the address 127.0.0.1; its requests have that name.
  const { host = '' } = request.headers;
  if (!/^(127\.0\.0\.1|localhost):\d+$/.test(host) || Number(host.split(':')[1]) !== request.socket.localPort) {
    return refuse(421);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, { allow: 'GET, HEAD' });
  const [address] = (request.url ?? '').split('?');
  if (offered && address === offered.address) return sendOffered(request, response, offered, refuse);
  const found = files.get(address);
  if (!found) return refuse(404);
  const { path, type, isCompressed } = found;
  const acceptsGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const encoding = isCompressed && acceptsGzip ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(200, { ...HEADERS, 'content-type': type, vary: 'accept-encoding', ...encoding });
  if (request.method === 'HEAD') return void response.end();
  const stored = createReadStream(path);
  await (isCompressed && !acceptsGzip ? pipeline(stored, createGunzip(), response) : pipeline(stored, response));
}

async function sendOffered(
  request: IncomingMessage,
  response: ServerResponse,
  offered: OfferedFile,
  refuse: (status: number, headers?: Record<string, string>) => void,
): Promise<void> {
  const { size } = offered;
  if (!(await offered.isUnchanged())) return refuse(410);
  const range = rangeOf(request.headers.range, size);
  if (range === 'unfit') return refuse(416, { 'content-range': `bytes */${size}` });
  const [from, to] = range ?? [0, size - 1];
  response.writeHead(range ? 206 : 200, {
    ...HEADERS,
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'content-length': to - from + 1,
    ...(range && { 'content-range': `bytes ${from}-${to}/${size}` }),
  });
  if (request.method === 'HEAD') return void response.end();
  await pipeline(Readable.from(offered.read(from, to)), response);
}
