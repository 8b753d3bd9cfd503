/**
 * Reads single-cell count matrices (h5ad, zarr, loom, 10x, Matrix Market, CSV) as streams of CSR blocks, and writes h5ad
 * files and zarr stores, also copies of existing ones with new columns and embeddings.
 *
 * ```ts
 * import { AnnData } from '@geneformer-ts/io/anndata';
 *
 * const adata = await AnnData.open('pbmc3k.h5ad');
 * for await (const block of adata.blocks({ rows: 512 })) console.log(block.rowStart, block.data.length);
 * adata.obs.set('label', Array.from({ length: adata.nObs }, () => 'T cell'));
 * await adata.write('labeled.h5ad');
 * await adata.close();
 * ```
 *
 * @packageDocumentation
 */
export { AnnData, type AnnDataOptions } from './anndata.js';
export type { WriteOptions, WriteReport } from './write-anndata.js';
export type { Layers } from './layers.js';
export type { RawContents, RawMatrix } from './raw-part.js';
export type { AnnotationFrame, ColumnValues, SetOptions } from './annotation-frame.js';
export type { AxisElements, NamedElements, PairElements, UnstructuredElements } from './named-elements.js';
export type { AxisElement, Element, ElementDictionary, NumberList, NumberMatrix } from './element.js';
export { openAnnData } from './open.js';
export type { CellFormat, CountMatrix, ColumnChoice, OpenOptions, Orientation, SetApart } from './count-matrix.js';
export type { ObsJoin } from './join.js';
export { BlockMemory } from './csr.js';
export type { BlockOptions, CsrBlock, Values } from './csr.js';
export { otherFeatureTypes } from './features/set-apart.js';
export { columnAsStrings, columnLength, findDuplicates, toCategorical } from './data-frame.js';
export type { Column, Duplicates, DataFrame } from './data-frame.js';
export { writeH5ad } from './h5ad/write.js';
export type { RowStream } from './encoding/contents.js';
export type { H5adContents } from './h5ad/write.js';
export { readTable } from './csv/table.js';
export { readRecords } from '../base/records.js';
export type { TextRecord } from '../base/records.js';
export type { FileInput, FolderInput, SourceFolder } from '../base/input.js';
