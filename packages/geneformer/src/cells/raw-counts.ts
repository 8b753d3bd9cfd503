import type { AnnData, CountMatrix } from '@geneformer-ts/io';

/** The matrix of a file that contains raw counts. */
export interface RawCounts {
  matrix: CountMatrix;
  /** Where it is: `X`, `raw.X` or `layers['…']`. */
  from: string;
}

/** Names that tools give to layers of raw counts, the most specific first. */
const COUNT_LAYERS = ['counts', 'raw_counts', 'raw', 'spliced_unspliced', 'umi', 'UMI'];
/** Rows that are sampled to find out whether values are counts. */
const SAMPLED_ROWS = 64;

/**
 * Returns the matrix with raw counts: `X` if a sample of it contains whole numbers only, else `raw`, else a layer. Without
 * any, it is `X`, and the tokenizer explains what is wrong with it.
 *
 * @param layer the matrix to use: `X`, `raw` or the name of a layer; default: searched for
 * @throws FieldMissingError if the file does not have the layer
 */
export async function rawCounts(adata: AnnData, layer?: string): Promise<RawCounts> {
  if (layer !== undefined) return named(adata, layer);
  // Only these formats have several matrices per file; a sample of others would take a pass over the file.
  const hasOthers = adata.format === 'h5ad' || adata.format === 'loom';
  if (!hasOthers || (await isCounts(adata.X))) return { matrix: adata.X, from: 'X' };
  const raw = await adata.raw;
  if (raw && (await isCounts(raw))) return { matrix: raw, from: 'raw.X' };
  const names = adata.layers.keys();
  const order = [...COUNT_LAYERS.filter((name) => names.includes(name)), ...names];
  for (const name of new Set(order)) {
    const matrix = await adata.layers.get(name);
    if (await isCounts(matrix)) return { matrix, from: `layers['${name}']` };
  }
  return { matrix: adata.X, from: 'X' };
}

async function named(adata: AnnData, layer: string): Promise<RawCounts> {
  if (layer === 'X') return { matrix: adata.X, from: 'X' };
  const raw = layer === 'raw' && !adata.layers.has('raw') ? await adata.raw : undefined;
  if (raw) return { matrix: raw, from: 'raw.X' };
  return { matrix: await adata.layers.get(layer), from: `layers['${layer}']` };
}

/** Returns whether the first cells have counts: whole numbers that are not negative, and not all zero. */
async function isCounts(matrix: CountMatrix): Promise<boolean> {
  if (matrix.nObs === 0) return false;
  let seen = 0;
  try {
    for await (const { data } of matrix.blocks({ rows: SAMPLED_ROWS, to: Math.min(matrix.nObs, SAMPLED_ROWS) })) {
      if (!data.every((value) => value >= 0 && Number.isInteger(value))) return false;
      for (const value of data) if (value > 0) seen++;
    }
  } catch {
    // A matrix that is missing or damaged; reading it reports why if it is chosen.
    return false;
  }
  return seen > 0;
}
