/**
 * Reads and writes single-cell count matrices, tokenized datasets and checkpoints as streams of typed arrays. This package
 * handles file formats; it does not interpret tokens or models.
 *
 * Its three parts are also separate entry points: `@geneformer-ts/io/anndata`, `/datasets` and `/checkpoints`.
 *
 * ```ts
 * import { openAnnData } from '@geneformer-ts/io';
 *
 * const source = await openAnnData('pbmc3k.h5ad');
 * let total = 0;
 * for await (const block of source.blocks({ rows: 512 })) {
 *   for (const count of block.data) total += count;
 * }
 * await source.close();
 * ```
 *
 * Nothing here prints. Every error is a `GeneformerError`; its message is one line that names the file, the field and the remedy.
 *
 * @packageDocumentation
 */
export * from './anndata/index.js';
export * from './datasets/index.js';
export * from './checkpoints/index.js';
export {
  ArgumentError,
  FieldMissingError,
  FileAccessError,
  FileMissingError,
  ForeignFilesError,
  FormatError,
  GeneformerError,
  UnsupportedError,
  type Progress,
} from '@geneformer-ts/core';
