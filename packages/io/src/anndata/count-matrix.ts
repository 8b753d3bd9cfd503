import { type OptionNames } from '@geneformer-ts/core';
import type { FileInput } from '../base/input.js';
import type { BlockOptions, CsrBlock } from './csr.js';
import type { Duplicates, DataFrame } from './data-frame.js';
import type { ObsJoin } from './join.js';
import type { StoredElements } from './stored-elements.js';

/** Formats that `openAnnData` reads. */
export type CellFormat = 'h5ad' | 'zarr' | 'loom' | '10x-h5' | 'mtx' | 'csv';

/** Whether the rows of a text table or Matrix Market file are cells or genes. */
export type Orientation = 'cells-by-genes' | 'genes-by-cells';

/**
 * A cells x genes matrix open for streaming, with the tables of its rows and columns. `AnnData` is one, and has the other
 * parts of the file too.
 */
export interface CountMatrix {
  path: string;
  format: CellFormat;
  nObs: number;
  nVars: number;
  /** csv, mtx: orientation of the file, as given in the options or as detected. */
  orientation?: Orientation;
  /** One row per cell. */
  obs: DataFrame;
  /** One row per gene. */
  var: DataFrame;
  /** Features of the file that are not columns of the matrix, such as antibodies. Their counts are in `CsrBlock.setApart`. */
  setApart?: readonly SetApart[];
  /** Cells with the same name; undefined if all names are unique. */
  duplicateCells?: Duplicates;
  /** Notes for the user, one sentence each, for example about skipped cells or table rows. */
  notes?: readonly string[];
  /**
   * Streams the matrix, or its rows `from` to `to`, as consecutive blocks. Each call starts again. Several sources of the
   * same file may read different rows in parallel threads. A matrix stored by rows is read only in the requested range; a
   * matrix stored by genes is read completely for every range.
   */
  blocks(options?: BlockOptions): AsyncIterable<CsrBlock>;
  /**
   * Arguments with which `openAnnData` opens the same matrix in another thread, without `obs` and `var`. They refuse a file
   * that has changed or was replaced. Undefined if a range of rows cannot be read without the rows before it.
   */
  reopen?: { path: string; options: OpenOptions };
  /**
   * Returns the names of the other matrices whose sampled values look like raw counts, for the option `layer`. Undefined for
   * formats with one matrix per file.
   */
  countLayers?: () => Promise<readonly string[]>;
  /** Other parts of the file, which `AnnData` reads and keeps. Undefined for formats without them. */
  elements?: StoredElements;
  /** Closes the file. `blocks` must not be used afterwards. */
  close(): Promise<void>;
}

/** Options of `openAnnData`. All have defaults. */
export interface OpenOptions {
  /** Default: detected from the content and the name of the file. */
  format?: CellFormat;
  /** h5ad, h5mu, zarr: `X` (default), `raw` or the name of a layer. loom: `X` (default) or the name of a layer. */
  layer?: 'X' | 'raw' | (string & {});
  /**
   * csv, mtx: orientation of the file. Default: detected from gene ids, barcodes or `obs` (csv), or from the numbers of genes
   * and cells (mtx).
   */
  orientation?: Orientation;
  /** A CSV or TSV table (plain or gzip) with a row for every cell, to be joined to `obs`: its path or a source. */
  obs?: FileInput;
  /** How to join `obs`. Default: by the only column of the table that names every cell. */
  obsJoin?: ObsJoin;
  /** h5mu, zarr of MuData: modality to read, such as `rna`. Default: the only one. */
  modality?: string;
  /** 10x-h5: genome to read, or `all` for all genomes of a file of version 3. Default: the only one. */
  genome?: string;
  /**
   * Types of features to read, as named in `feature_types` or `feature_type` of the file. Default gene expression: antibodies,
   * guides, hashtags, peaks and probes that Cell Ranger filters out are set apart, and the probes of a gene are summed. `all`
   * reads every feature as stored. All features are read if the file has no types.
   */
  featureTypes?: 'all' | readonly string[];
  /** h5ad, zarr, loom, 10x-h5: version that the file must have, for a thread that reads rows of an already opened file. */
  version?: string;
  /** Choice of columns of an already opened source, for a thread that reads rows. See `CountMatrix.reopen`. */
  columns?: ColumnChoice | 'stored';
  /** h5ad, zarr, loom: columns of `obs` and `var` to read. Default all. */
  obsColumns?: readonly string[];
  varColumns?: readonly string[];
  /** h5ad, zarr, loom, 10x-h5: leave `obs` and `var` empty, for a thread that only reads rows. Default false. */
  matrixOnly?: boolean;
  /** Number of non-zeros in memory while a matrix stored by genes is transposed. Default 16,777,216 (128 MB). */
  budget?: number;
  /**
   * Folder for a temporary file of 12 to 16 bytes per non-zero, used when a matrix stored by genes has more than `budget`
   * non-zeros. Default: the temporary folder of the system.
   */
  scratch?: string;
}

export const openOptionNames: OptionNames<OpenOptions> = {
  format: true,
  layer: true,
  orientation: true,
  obs: true,
  obsJoin: true,
  modality: true,
  genome: true,
  featureTypes: true,
  columns: true,
  obsColumns: true,
  varColumns: true,
  matrixOnly: true,
  budget: true,
  scratch: true,
  version: true,
};

/** Features of one kind that are not columns of the matrix. */
export interface SetApart {
  /** Type of the features, such as `Antibody Capture`, or another reason why they are not read. */
  kind: string;
  features: number;
}

/** Mapping of stored columns to columns of the matrix. Consists of plain data, so that it can be sent to a thread. */
export interface ColumnChoice {
  /** Column of the matrix for each stored column, or −1 − the position of its kind in `CountMatrix.setApart`. */
  placeOf: Int32Array;
  /** Number of columns of the matrix. */
  columns: number;
  /** Number of kinds that are set apart. */
  kinds: number;
  /** Whether several stored columns share a column of the matrix, so that their counts are summed. */
  summed: boolean;
}
