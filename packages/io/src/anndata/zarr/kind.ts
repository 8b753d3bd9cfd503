import type { FolderKind } from '@geneformer-ts/core/node';
import { join, stat } from '@geneformer-ts/core/system';

/** Names of metadata and of chunks: numbers, separated by dots or in folders. */
const OWN = /^(\.zgroup|\.zarray|\.zattrs|\.zmetadata|zarr\.json|c|\d+(\.\d+)*|c(\.\d+)+)$/;

/**
 * Zarr stores: folders in which every file has the name of metadata or of a chunk.
 *
 * @param more other files that may go, because they were copied
 */
export function zarrKind(more: ReadonlySet<string> = new Set()): FolderKind {
  return {
    name: 'a zarr store',
    hasFolders: true,
    owns: (path) => more.has(path) || OWN.test(path.slice(path.lastIndexOf('/') + 1)),
    async recognizes(dir) {
      const found = await Promise.all(
        ['.zgroup', '.zmetadata', 'zarr.json'].map((name) => stat(join(dir, name)).catch(() => undefined)),
      );
      return found.some((info) => info?.isFile());
    },
  };
}
