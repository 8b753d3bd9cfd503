/** The parts of a file as Python's anndata reads them, in the fixtures that tools/parity writes. */
export interface Elements {
  layers: Record<string, number[][]>;
  obsm: Record<string, unknown>;
  varm: Record<string, unknown>;
  obsp: Record<string, unknown>;
  uns: Record<string, unknown>;
  X: number[][];
  raw: number[][];
  rawVar: string[];
}
