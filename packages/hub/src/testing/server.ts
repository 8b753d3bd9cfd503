import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LocalServer {
  url: string;
  /** The requests since the test began. */
  requests: IncomingMessage[];
  /** What the server does with a request; each test sets it. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A web server of this machine that behaves as each test wants it to. */
export function localServer(): LocalServer {
  const state: LocalServer = { url: '', requests: [], answer: () => undefined };
  const server = createServer((request, response) => {
    state.requests.push(request);
    state.answer(request, response);
  });
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    state.requests = [];
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return state;
}

/** Answers as a server of static files does, ranges and entity tags included. */
export function serve(content: Buffer, request: IncomingMessage, response: ServerResponse, etag = '"1"'): void {
  const from = rangeStart(request);
  const conditional = request.headers['if-range'];
  if (from === undefined || (conditional !== undefined && conditional !== etag)) {
    response.writeHead(200, { 'content-length': content.length, etag }).end(content);
  } else if (from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  } else {
    const range = `bytes ${from}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { 'content-range': range, 'content-length': content.length - from, etag });
    response.end(content.subarray(from));
  }
}

/** The first byte that a request asks for, if it asks for a range. */
export function rangeStart(request: IncomingMessage): number | undefined {
  const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  return match ? Number(match[1]) : undefined;
}

/** Sends a part of what it promises and then cuts the connection. */
export function cut(
  part: Buffer,
  promised: number,
  response: ServerResponse,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'content-length': promised, ...headers });
  response.write(part, () => setTimeout(() => response.destroy(), 20));
}
