import type { BlockOptions, CsrBlock } from './csr.js';
import type { Duplicates, Frame } from './frame.js';
import type { ObsJoin } from './join.js';

/** The formats that `openCells` reads. */
export type CellFormat = 'h5ad' | 'loom' | '10x-h5' | 'mtx' | 'csv';

/** Whether the lines (csv) or the rows (mtx) of a file are cells or genes. */
export type Orientation = 'cells-by-genes' | 'genes-by-cells';

/** A cells x genes matrix with the tables that name its rows and columns, open for streaming. */
export interface CellSource {
  path: string;
  format: CellFormat;
  nObs: number;
  nVars: number;
  /** csv, mtx: the orientation of the file, as given in the options or as detected. */
  orientation?: Orientation;
  /** One row per cell. */
  obs: Frame;
  /** One row per gene. */
  var: Frame;
  /** Features of the file that are not columns of the matrix, such as antibodies; `CsrBlock.setApart` has their counts. */
  setApart?: readonly SetApart[];
  /** Cells that share a name; absent when every cell has a name of its own. */
  duplicateCells?: Duplicates;
  /** Notes on how the file was read, one sentence each: cells or table rows that were left out. */
  notes?: readonly string[];
  /**
   * The matrix, or its rows `from` up to `to`, as consecutive blocks; each call starts again. Several sources of one file may
   * read different rows at the same time, in as many threads. A matrix stored by rows is only read where it is asked for;
   * one stored by genes is read whole for every range.
   */
  blocks(options?: BlockOptions): AsyncIterable<CsrBlock>;
  /**
   * The arguments with which `openCells` opens the same matrix, without `obs` and `var`, in another thread. Absent when rows
   * in the middle cannot be read without all rows before them.
   */
  reopen?: { path: string; options: OpenOptions };
  /**
   * Names, for the option `layer`, the other matrices of the file that hold raw counts as far as a sample of their values
   * tells: whole numbers of at least 0. Absent for formats that have one matrix per file.
   */
  countLayers?: () => Promise<readonly string[]>;
  /** Closes the file; `blocks` must not be used afterwards. */
  close(): Promise<void>;
}

/** How to open a matrix of cells; everything has a default. */
export interface OpenOptions {
  /** Taken from the file's name and first bytes when not given. */
  format?: CellFormat;
  /** h5ad, h5mu: `X` (default), `raw`, or the name of a layer. loom: `X` or the name of a layer. */
  layer?: 'X' | 'raw' | (string & {});
  /**
   * csv, mtx: what its lines or rows are. Told from the genes' identifiers, from barcodes or from `obs` (csv), or from the
   * numbers of genes and cells (mtx), when not given.
   */
  orientation?: Orientation;
  /** A CSV or TSV (gzip or plain) with a row for every cell, joined to `obs` as `obsJoin` says. */
  obs?: string;
  /** How `obs` is joined. Default: by the only column of the table that names every cell. */
  obsJoin?: ObsJoin;
  /** h5mu: the modality to read where there are several, such as `rna`. */
  modality?: string;
  /** 10x-h5: the genome to read where there are several; `all` for every gene of a file of version 3. */
  genome?: string;
  /**
   * The types of features to read, as the file names them in `feature_types` or `feature_type`. Default gene expression:
   * antibodies, guides, hashtags, peaks and probes that Cell Ranger filters out are set apart, and probes of one gene are
   * summed. `all` reads every feature as it is stored. Files that do not state types are read whole.
   */
  featureTypes?: 'all' | readonly string[];
  /** For a thread that reads rows: the choice of columns that was already made. See `CellSource.reopen`. */
  columns?: ColumnChoice | 'stored';
  /** h5ad, loom: the columns of `obs` and `var` to read; all when not given. */
  obsColumns?: readonly string[];
  varColumns?: readonly string[];
  /** h5ad, loom, 10x-h5: leave `obs` and `var` empty, for a thread that only reads rows. Default false. */
  matrixOnly?: boolean;
  /** Non-zeros held at once while a matrix stored by genes is turned into rows. Default 16,777,216 (128 MB). */
  budget?: number;
  /**
   * The folder for a temporary file of 12 to 16 bytes per non-zero, made when a matrix stored by genes has more than `budget`
   * of them. Default the system's.
   */
  scratch?: string;
}

/** Features of one kind that are not columns of the matrix. */
export interface SetApart {
  /** The type that the file states, such as `Antibody Capture`, or why else they are not read. */
  kind: string;
  features: number;
}

/** Where the stored columns of a matrix go: plain typed arrays and numbers, so that it can be sent to a thread. */
export interface ColumnChoice {
  /** One per stored column: its place in the matrix, or −1 − the position of its kind in `CellSource.setApart`. */
  placeOf: Int32Array;
  /** Columns of the matrix. */
  columns: number;
  /** Kinds that are set apart. */
  kinds: number;
  /** Whether several stored columns have one place, so that their counts are summed. */
  summed: boolean;
}
