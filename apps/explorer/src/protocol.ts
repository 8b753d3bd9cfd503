/** Messages between the page and its worker. Arrays are row by row; NaN and -1 are missing values. */

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
  start: (folder: string, canceled?: Int32Array) => { threads: number };
  open: (files: File[]) => Inspection;
  /** Opens a file of the server of the page, by its address there. */
  openServed: (address: string) => Inspection;
  embed: () => { pca: Float32Array; cols: number; seconds: number };
  umap: () => Float32Array;
  color: (name: string) => Colors;
  train: (column: string) => Annotated;
  reference: (file: File, column: string) => Annotated;
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
