import type { BertConfig } from '@geneformer-ts/model';

/** Operations that a part should take: about two minutes on one core, which a stopped run may lose. */
const PART_OPERATIONS = 1e13;
const LEAST = 16;
const MOST = 8192;

/** So many parts a small file has at least, for as many processes. */
const FEWEST_PARTS = 16;

/**
 * Returns the number of rows per part: a power of two that depends on the shape of the model and the size of the file only. Cells of equal
 * length share a batch within a part, so it is also part of what decides the rounding of the results.
 *
 * @param rows number of rows of the file
 */
export function partRowsOf(config: BertConfig, rows: number): number {
  const length = Math.min(config.max_position_embeddings, 4096);
  const most = Math.min(MOST, PART_OPERATIONS / (length * operationsPerToken(config)), rows / FEWEST_PARTS);
  return Math.max(LEAST, 2 ** Math.floor(Math.log2(Math.max(1, most))));
}

const MOST_PERTURBED = 2 ** 19;
const LEAST_PERTURBED = 2 ** 14;

/** Returns the most tokens per part of a perturbation. */
export function partTokensOf(config: BertConfig): number {
  const tokens = 2 ** Math.round(Math.log2(PART_OPERATIONS / operationsPerToken(config)));
  return Math.min(MOST_PERTURBED, Math.max(LEAST_PERTURBED, tokens));
}

/** Returns the operations per token of a cell that is as long as the model allows. */
function operationsPerToken(config: BertConfig): number {
  const { num_hidden_layers, hidden_size, intermediate_size, max_position_embeddings } = config;
  const length = Math.min(max_position_embeddings, 4096);
  return num_hidden_layers * (8 * hidden_size ** 2 + 4 * hidden_size * intermediate_size + 4 * hidden_size * length);
}

const MOST_OF_TOKENS = 2 ** 16;
/** Rows that the tokenizer reads at once, and a multiple of which a part has. */
const ROWS_PER_BLOCK = 512;

/** Returns the number of rows per part of tokens. */
export function tokenPartRows(rows: number): number {
  const blocks = Math.min(MOST_OF_TOKENS, rows / FEWEST_PARTS) / ROWS_PER_BLOCK;
  return ROWS_PER_BLOCK * Math.max(1, 2 ** Math.floor(Math.log2(Math.max(1, blocks))));
}
