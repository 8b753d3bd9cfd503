import type { CountMatrix, OpenOptions } from '../count-matrix.js';
import { describeAnnData } from '../encoding/describe.js';
import type { Amend } from '../encoding/elements.js';
import type { HdfInput } from '../hdf5/disk-copy.js';
import { HdfFile } from '../hdf5/file.js';

/**
 * Opens an AnnData file, or one modality of a MuData file. The file stays open until `close`.
 *
 * @param matrixOptional accept a file whose `X` is missing or null; then only `blocks` fails
 */
export function openH5ad(input: HdfInput, options: OpenOptions, matrixOptional = false): Promise<CountMatrix> {
  return HdfFile.openAs(
    input,
    (file) => describeAnnData({ file, format: 'h5ad', amend: amendOf(file) }, options, matrixOptional),
    options.version,
  );
}

function amendOf(file: HdfFile): Amend {
  return async (root, path, additions, options) => {
    const { amendH5ad } = await import('./amend.js');
    const input = { name: file.path, path: file.diskPath, remove: () => undefined };
    await amendH5ad(input, file.version, root, path, additions, options);
  };
}
