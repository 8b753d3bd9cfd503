import { writeDirectory } from '@geneformer-ts/core/node';
import { type AnnDataContents, checkContents, writeContents } from '../encoding/contents.js';
import { consolidate } from './consolidate.js';
import { zarrKind } from './kind.js';
import { ZarrWriter } from './writer.js';

/**
 * Writes a zarr store of AnnData atomically: compressed rows, in the encoding of anndata 0.8, with consolidated metadata.
 *
 * @param format version of zarr: 2, which every version of anndata reads, or 3
 * @throws ArgumentError; FileAccessError; ForeignFilesError when the folder has other files than those of a store
 */
export async function writeZarr(path: string, contents: AnnDataContents, format: 2 | 3): Promise<void> {
  checkContents(contents);
  await writeDirectory(
    path,
    async (temporary) => {
      const file = new ZarrWriter(temporary, format, contents.compression ?? 1, path);
      file.group('');
      await writeContents(file, contents);
      await consolidate(temporary, format, { added: file.finish() });
    },
    zarrKind(),
  );
}
