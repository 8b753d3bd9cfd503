/**
 * Reads, writes and extends tokenized datasets in the folder layout of Hugging Face `datasets`.
 *
 * ```ts
 * import { createDataset, openDataset } from '@geneformer-ts/io/datasets';
 *
 * const writer = await createDataset('cells.dataset', { input_ids: { list: 'int64' } });
 * ```
 *
 * @packageDocumentation
 */
export { appendDataset, createDataset } from './write.js';
export type { DatasetOptions, DatasetWriter } from './write.js';
export { openDataset } from './read.js';
export type { OpenedDataset } from './read.js';
export { openListColumn } from './list-column.js';
export type { ListColumn } from './list-column.js';
export type { FolderInput, SourceFolder } from '../base/input.js';
export type { ColumnData, Feature, Ragged, RecordBatchColumns } from './features.js';
