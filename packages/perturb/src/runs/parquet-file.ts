import { openFile } from '@geneformer-ts/core/node';
import type { AsyncBuffer } from 'hyparquet';

/** Opens a Parquet file for one call, which reads only the ranges that it needs, in Node and in a browser. */
export async function withParquet<Result>(path: string, read: (file: AsyncBuffer) => Promise<Result>): Promise<Result> {
  const source = await openFile(path);
  try {
    return await read({
      byteLength: source.byteLength,
      // A copy, because the source may return a view of more bytes.
      slice: async (start, end = source.byteLength) => new Uint8Array(await source.read(start, end - start)).buffer,
    });
  } finally {
    await source.close();
  }
}
