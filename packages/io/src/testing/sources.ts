import { blobSource, bytesSource, type ByteSource, FileMissingError } from '@geneformer-ts/core';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { SourceFolder } from '../base/input.js';

export type Kind = 'bytes' | 'a Blob';

/** Returns a source of the bytes of a file that begins at an odd address. */
export function sourceOfFile(path: string, kind: Kind): ByteSource {
  const content = readFileSync(path);
  const bytes = new Uint8Array(content.length + 1).subarray(1);
  bytes.set(content);
  return kind === 'bytes' ? bytesSource(bytes, path) : blobSource(new Blob([bytes]), path);
}

/** Returns access to the files of a folder, as a page has it to dropped files. */
export function folderOf(path: string, kind: Kind): SourceFolder {
  return {
    name: path,
    list: async () => readdirSync(path),
    async open(file) {
      if (readdirSync(path).includes(file)) return sourceOfFile(join(path, file), kind);
      throw new FileMissingError(join(path, file));
    },
  };
}

/** Records the ranges that are read of a source. */
export function counted(
  source: ByteSource,
): ByteSource & { reads: [offset: number, length: number][]; total(): number } {
  const reads: [offset: number, length: number][] = [];
  return {
    ...source,
    reads,
    total: () => reads.reduce((sum, [, length]) => sum + length, 0),
    read(offset, length, signal) {
      reads.push([offset, length]);
      return source.read(offset, length, signal);
    },
  };
}

/** Serves a file with HTTP ranges while `use` runs. `sent` has the number of bytes of each answer. */
export async function serving<Result>(
  path: string,
  use: (url: string, sent: readonly number[]) => Promise<Result>,
): Promise<Result> {
  const bytes = readFileSync(path);
  const sent: number[] = [];
  const server = createServer(({ headers }, response) => {
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
    const part = bytes.subarray(Number(from), Number(to) + 1);
    sent.push(part.length);
    response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${bytes.length}` }).end(part);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${basename(path)}`, sent);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
