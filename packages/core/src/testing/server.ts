import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Calls `use` with the address of a server that answers with `answer`. */
export async function serving<Result>(answer: Answer, use: (url: string) => Promise<Result>): Promise<Result> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/cells.h5ad`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Returns the first and the last byte that a request asks for. */
export function rangeOf(request: IncomingMessage): [from: number, to: number] {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  return [Number(from), Number(to)];
}

/** Answers a request for a range of `bytes`. */
export function sendRange(
  bytes: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string> = {},
): void {
  const [from, to] = rangeOf(request);
  response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${bytes.length}`, ...headers });
  response.end(bytes.subarray(from, to + 1));
}
