import type { OptionNames } from '@geneformer-ts/core';
import { type BertModel, embedBatches, type EmbeddingOptions, type Pooling } from '@geneformer-ts/model';
import type { CallOptions } from '../call-options.js';
import { type CountOptions, countOptionNames } from '../cells/count-options.js';
import type { CountsReport, TokenizedCells } from '../cells/tokenized-cells.js';

/** Options of `Geneformer.embed`. */
export interface EmbedOptions extends CallOptions, CountOptions {
  /** Hidden state of the encoder: i is the output of layer i, negative values count from the end. Default −1, the last. */
  hiddenState?: number;
  /** `mean` over the genes of a cell (default), or `cls`, the vector at position 0. */
  pooling?: Pooling;
}

export const embedOptionNames: OptionNames<EmbedOptions> = { hiddenState: true, pooling: true, ...countOptionNames };

/** The vectors of all cells of a file. `cells.obsm.set` accepts it as it is. */
export interface CellEmbedding {
  rows: number;
  cols: number;
  /** rows × cols, row by row; NaN for cells without a gene that the model knows. */
  data: Float32Array;
  /** Counts and genes that were read of the file. */
  report: CountsReport;
}

/**
 * Returns the vectors of the cells of a file.
 *
 * @param cells number of cells of the file, of which `tokens` has those that express a known gene
 */
export async function embedFile(
  model: BertModel,
  cells: number,
  { store, rows, report }: TokenizedCells,
  options: EmbeddingOptions,
): Promise<CellEmbedding> {
  const cols = model.config.hidden_size;
  const data = new Float32Array(cells * cols).fill(NaN);
  for await (const batch of embedBatches(model, store, options)) {
    batch.cells.forEach((cell, at) => data.set(batch.data.subarray(at * cols, (at + 1) * cols), rows[cell] * cols));
  }
  return { rows: cells, cols, data, report };
}
