import { FileAccessError } from '@geneformer-ts/core';
import { fileError } from '@geneformer-ts/core/node';
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';

/** A file that the server offers besides those of the page. */
export class OfferedFile {
  /** Path of its address. Other programs of the computer cannot guess it. */
  readonly address: string;

  private constructor(
    private readonly handle: FileHandle,
    path: string,
    readonly size: number,
    private readonly modified: number,
  ) {
    this.address = `/file/${randomBytes(18).toString('base64url')}/${encodeURIComponent(basename(path))}`;
  }

  /** @throws FileMissingError; FileAccessError for a folder, and for a file that cannot be read */
  static async open(path: string): Promise<OfferedFile> {
    const failed = (cause: unknown): never => {
      throw fileError(path, cause);
    };
    // Opening a pipe would wait for its writer.
    const isFile = await stat(path).then((info) => info.isFile(), failed);
    if (!isFile) throw new FileAccessError(path, 'is not a file; open the page without it, and drop the folder there');
    const handle = await open(path, 'r').catch(failed);
    const { size, mtimeMs } = await handle.stat();
    return new OfferedFile(handle, path, size, mtimeMs);
  }

  /** Whether the file is as it was when it was opened. A page must not mix two versions. */
  async isUnchanged(): Promise<boolean> {
    const { size, mtimeMs } = await this.handle.stat();
    return size === this.size && mtimeMs === this.modified;
  }

  /** Yields the bytes from `from` to `to`, which is included. */
  async *read(from: number, to: number): AsyncGenerator<Uint8Array> {
    for (let at = from; at <= to;) {
      const piece = new Uint8Array(Math.min(PIECE, to + 1 - at));
      const { bytesRead } = await this.handle.read(piece, 0, piece.length, at);
      if (bytesRead === 0) throw new Error('the file became shorter');
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

const PIECE = 1 << 18;

/**
 * Reads a header `Range` with one range of bytes.
 *
 * @returns first and last byte; undefined without the header; `unfit` if the range is outside the file or is not one range
 */
export function rangeOf(header: string | undefined, size: number): [from: number, to: number] | 'unfit' | undefined {
  if (header === undefined) return undefined;
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === '' && last === '') return 'unfit';
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from <= to && from < size ? [from, to] : 'unfit';
}
