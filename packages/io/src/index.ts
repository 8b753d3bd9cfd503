/**
 * Bytes to typed values and back, as streams: single-cell count matrices, tokenised datasets, checkpoints and the pickled
 * dictionaries of Geneformer. This package knows formats; it does not know what a token or a model is.
 *
 * ```ts
 * import { openCells } from '@geneformer-ts/io';
 *
 * const source = await openCells('pbmc3k.h5ad');
 * let total = 0;
 * for await (const block of source.blocks({ rows: 512 })) {
 *   for (const count of block.data) total += count;
 * }
 * await source.close();
 * ```
 *
 * Nothing here prints. Every error is an `GeneformerError` whose one-line message names the file, the field and the remedy.
 */
export { openCells } from './open-cells.js';
export type { CellFormat, CellSource, OpenOptions, Orientation } from './source.js';
export type { ObsJoin } from './join.js';
export type { CsrBlock, Values } from './csr.js';
export type { BlockOptions } from './range.js';
export type { ColumnChoice, SetApart } from './features/choice.js';
export { otherFeatureTypes } from './features/types.js';
export { findDuplicates } from './duplicates.js';
export type { Duplicates } from './duplicates.js';
export { columnAsStrings, columnLength } from './frame.js';
export type { Column, Frame } from './frame.js';
export { writeH5ad } from './h5ad/write.js';
export type { H5adContents } from './h5ad/write.js';
export { readTable } from './csv/table.js';
export { readRecords } from './csv/records.js';
export type { TextRecord } from './csv/records.js';
export { createDataset } from './dataset/write.js';
export type { DatasetOptions, DatasetWriter } from './dataset/write.js';
export { appendDataset } from './dataset/append.js';
export { openDataset } from './dataset/read.js';
export type { OpenedDataset } from './dataset/read.js';
export { openListColumn } from './dataset/list-column.js';
export type { ListColumn } from './dataset/list-column.js';
export type { ColumnData, Feature, Ragged, RecordBatchColumns } from './dataset/features.js';
export { openCheckpoint, readCheckpoint } from './checkpoint/open.js';
export type { Checkpoint, OpenedCheckpoint } from './checkpoint/open.js';
export { readSafetensors } from './safetensors/read.js';
export type { Safetensors } from './safetensors/read.js';
export { writeSafetensors } from './safetensors/write.js';
export { writeTorch } from './torch/write.js';
export type { NamedTensor, TensorData, TensorDtype } from './safetensors/dtypes.js';
export { readDictionary } from './dictionary/read.js';
export type { Dictionary } from './dictionary/type.js';
export { readPickledDictionary } from './pickle/dictionary.js';
export { readCatalogue } from './assets/catalogue.js';
export type { Asset, Catalogue } from './assets/catalogue.js';
export { resolveAsset } from './assets/resolve.js';
export type { ResolvedAsset, ResolveOptions } from './assets/resolve.js';
export type { Progress } from '@geneformer-ts/core';
export { assetSettings } from './assets/settings.js';
export type { AssetSettings } from './assets/settings.js';
export {
  AssetDeniedError,
  AssetDownloadError,
  AssetMismatchError,
  AssetOfflineError,
  UnknownAssetError,
} from './assets/errors.js';
export {
  ArgumentError,
  FileAccessError,
  FileMissingError,
  ForeignFilesError,
  FormatError,
  GeneformerError,
  UnsupportedError,
} from '@geneformer-ts/core';
export { FieldMissingError } from './errors.js';
