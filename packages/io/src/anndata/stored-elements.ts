import type { AxisElement, Element } from './element.js';
import type { CopyOptions } from './h5ad/copy-file.js';
import type { WritableColumn } from './encoding/write-frame.js';
import type { RawChange } from './raw-part.js';

/** Dictionaries of an AnnData file. */
export type Group = 'layers' | 'obsm' | 'varm' | 'obsp' | 'varp' | 'uns' | 'raw/varm';

/** Names of the parts that additions may have. */
export const ADDABLE = ['obs', 'var', 'layers', 'obsm', 'varm', 'obsp', 'varp', 'uns'] as const;
export type Addable = (typeof ADDABLE)[number];

/** Changes to an AnnData file: values to add or to replace, all of which are checked, and names to remove. */
export interface Changes {
  /** Names of the file that are removed. One that is also added gets the new value. */
  removed: Readonly<Record<Addable, readonly string[]>>;
  obs: ReadonlyMap<string, WritableColumn>;
  var: ReadonlyMap<string, WritableColumn>;
  layers: ReadonlyMap<string, AxisElement>;
  obsm: ReadonlyMap<string, AxisElement>;
  varm: ReadonlyMap<string, AxisElement>;
  obsp: ReadonlyMap<string, AxisElement>;
  varp: ReadonlyMap<string, AxisElement>;
  uns: ReadonlyMap<string, Element>;
  raw: RawChange;
}

/** Elements of an open file besides the matrix that is streamed, `obs` and `var`. */
export interface StoredElements {
  /** Version of the file. See `fileVersion` of core. */
  readonly version?: string;
  /** Path of the file on disk. */
  readonly diskPath?: string;
  /** Names of all matrices for the option `layer`: `X`, `raw` and the layers, as far as they exist. */
  readonly matrices: readonly string[];
  /** Returns the names of a dictionary, or the stored columns of a table. */
  keys(group: Group | 'obs' | 'var'): readonly string[];
  /** Returns the name of the index of a table, which no column may have. */
  index(table: 'obs' | 'var'): string | undefined;
  /** Reads a value, such as `uns/pca/variance`. */
  read(path: string): Promise<Element | null>;
  /**
   * Writes a copy of the file with changes. Undefined if the file cannot be changed; then a new file must be written.
   *
   * @param isInput whether `path` is the file itself
   */
  readonly amend?: (path: string, changes: Changes, options: CopyOptions & { isInput: boolean }) => Promise<void>;
}
