import { FileAccessError } from '@geneformer-ts/core';
import type { Dropped } from './protocol.js';

/**
 * Returns a file of the server `geneformer explore`, which is read in pieces like one that was dropped. The library that reads HDF5 cannot
 * wait, so the pieces are fetched by requests that block the worker.
 *
 * @param address of the file on the server of the page
 * @throws FileAccessError if the server has no such file
 */
export async function servedFile(address: URL): Promise<Dropped> {
  const name = decodeURIComponent(address.pathname.split('/').at(-1) ?? '');
  const { ok, status, headers } = await fetch(address, { method: 'HEAD' });
  if (!ok) throw new FileAccessError(name, `the server answered ${status}; run geneformer explore again`);
  const size = Number(headers.get('content-length'));
  const slice = (from = 0, to = size): Blob => new Blob(to > from ? [pieceOf(address, name, from, to)] : []);
  // Readers of files use these three members.
  return { path: name, file: { name, size, slice } as unknown as File };
}

function pieceOf(address: URL, name: string, from: number, to: number): ArrayBuffer {
  const request = new XMLHttpRequest();
  request.open('GET', address, false);
  request.responseType = 'arraybuffer';
  request.setRequestHeader('range', `bytes=${from}-${to - 1}`);
  try {
    request.send();
  } catch (cause) {
    throw new FileAccessError(name, 'cannot be read: geneformer explore has ended; run it again', { cause });
  }
  const bytes = request.response as ArrayBuffer | null;
  if (request.status === 206 && bytes?.byteLength === to - from) return bytes;
  const problem = request.status === 410 ? 'changed while it was read' : `the server answered ${request.status}`;
  throw new FileAccessError(name, `${problem}; run geneformer explore again`);
}
