import { type BertModel, embedGenes, type EmbeddingOptions } from '@geneformer-ts/model';
import type { Vocabulary } from '@geneformer-ts/tokenizer';
import type { TokenizedCells } from '../cells/tokenized-cells.js';

/** One vector per gene. */
export interface GeneEmbedding {
  /** Ensembl gene ids. */
  ids: string[];
  /** Gene symbols; null if the vocabulary does not have one. */
  symbols: (string | null)[];
  /** Number of cells that each vector is the mean of. */
  cells: Int32Array;
  /** genes × cols, row by row. */
  data: Float32Array;
  cols: number;
}

/** Returns one vector per gene that the cells express, with its id and symbol. */
export async function embedGenesOf(
  model: BertModel,
  { symbols = new Map(), tokens: ids }: Pick<Vocabulary, 'symbols' | 'tokens'>,
  { store }: TokenizedCells,
  options: Pick<EmbeddingOptions, 'onProgress' | 'signal'>,
): Promise<GeneEmbedding> {
  const { tokens, occurrences, data, cols } = await embedGenes(model, store, options);
  const found = Array.from(tokens, (token) => ids[token]);
  const symbolOf = new Map([...symbols].map(([symbol, id]) => [id, symbol]));
  return { ids: found, symbols: found.map((id) => symbolOf.get(id) ?? null), cells: occurrences, data, cols };
}
