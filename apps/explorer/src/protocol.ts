/** Messages between the page and its worker. Arrays are row by row; NaN and -1 are missing values. */

import type { Device } from './device.js';

/** What the inspection of a file tells. */
export interface Inspection {
  name: string;
  format: string;
  cells: number;
  genes: number;
  /** Where the raw counts are: `X`, `raw.X` or a layer. */
  countsFrom: string;
  species: string;
  /** Genes that the model knows, and the share of all counts that they have. */
  known: { genes: number; share: number };
  /** Columns of obs by which points can be colored, and those that look like labels. */
  columns: string[];
  labels: string[];
  notes: string[];
}

/** A file that was dropped or chosen, with its path inside the folders that were. */
export interface Dropped {
  path: string;
  file: File;
}

/** The model that computes. */
export interface ModelFacts {
  name: string;
  weights: number;
  /** Labels that it gives; undefined if it is not a classifier. */
  labels: string[] | undefined;
}

/** What deleting a gene in silico does to the vectors of cells. */
export interface Deletion {
  gene: string;
  /** Cells that were drawn of the selection, and those that have the gene. */
  cells: number;
  measured: number;
  /** Mean of 1 − cosine between the vectors before and after; NaN if no cell has the gene. */
  effect: number;
  /** Effects of genes that are similar in rank and detection, and the distance to them in standard deviations. */
  similar: { mean: number; sd: number };
  z: number;
}

/** Values of all cells by which points are colored. */
export type Colors =
  | { kind: 'categories'; title: string; names: string[]; codes: Int32Array }
  | { kind: 'numbers'; title: string; values: Float32Array };

/** Labels that cells got. */
export interface Annotated {
  labels: Colors;
  score: Colors;
  /** Of cells that were held out: class names, and counts of [truth][prediction]. */
  confusion: { names: string[]; counts: number[][]; accuracy: number; cells: number } | undefined;
  /** Labels with too few cells to be learned, and their numbers of cells. */
  leftOut: Record<string, number>;
}

/** A gene that selected cells express more than the others. */
export interface Marker {
  gene: string;
  /** Difference of the mean log levels. */
  difference: number;
  /** Share of the selected cells, and of the others, that express it. */
  inside: number;
  outside: number;
}

/** The calls that the worker answers, by name. */
export interface Calls {
  start: (folder: string, device: Device['kind'] | undefined, canceled?: Int32Array) => Device;
  open: (files: Dropped[]) => Inspection;
  /** Opens cells that are simulated now. */
  openExample: () => Inspection;
  /** Opens a file of the server of the page, by its address there. */
  openServed: (address: string) => Inspection;
  /** Replaces the model; `file` is the inspection of the open file with it. */
  useModel: (files: Dropped[]) => { model: ModelFacts; file: Inspection | undefined };
  embed: () => { pca: Float32Array; cols: number; seconds: number };
  umap: () => Float32Array;
  color: (name: string) => Colors;
  train: (column: string) => Annotated;
  classify: () => Annotated;
  reference: (file: File, column: string) => Annotated;
  deleteGene: (gene: string, rows: Int32Array) => Deletion;
  markers: (rows: Int32Array) => Marker[];
  vectors: () => { cols: number; data: Float32Array; index: string[] };
  tokens: () => { offsets: Int32Array; values: Int32Array };
  save: (kind: 'h5ad' | 'csv') => Blob;
}

export type CallName = keyof Calls;

/** To the worker. `cancel` stops the call that runs. */
export type Request = { id: number; call: CallName; args: unknown[] } | { cancel: true };

/** From the worker. */
export type Answer =
  | { id: number; result: unknown }
  | { id: number; error: string }
  | { progress: { stage: string; done: number; total: number; unit: string } };
