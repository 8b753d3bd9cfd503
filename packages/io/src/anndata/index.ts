/**
 * Reads single-cell count matrices (h5ad, loom, 10x, Matrix Market, CSV) as streams of CSR blocks, and writes h5ad.
 *
 * ```ts
 * import { openAnnData } from '@geneformer-ts/io/anndata';
 *
 * const source = await openAnnData('pbmc3k.h5ad');
 * for await (const block of source.blocks({ rows: 512 })) console.log(block.rowStart, block.data.length);
 * await source.close();
 * ```
 *
 * @packageDocumentation
 */
export { openAnnData } from './open.js';
export type { CellFormat, AnnData, ColumnChoice, OpenOptions, Orientation, SetApart } from './anndata.js';
export type { ObsJoin } from './join.js';
export type { BlockOptions, CsrBlock, Values } from './csr.js';
export { otherFeatureTypes } from './features/set-apart.js';
export { columnAsStrings, columnLength, findDuplicates } from './data-frame.js';
export type { Column, Duplicates, DataFrame } from './data-frame.js';
export { writeH5ad } from './h5ad/write.js';
export type { H5adContents } from './h5ad/write.js';
export { readTable } from './csv/table.js';
export { readRecords } from '../base/records.js';
export type { TextRecord } from '../base/records.js';
export type { FileInput, FolderInput, SourceFolder } from '../base/input.js';
