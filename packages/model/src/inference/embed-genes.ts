import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import type { tf } from '@geneformer-ts/engine';
import { embed, encode, type EncoderInput } from '../bert/encoder.js';
import type { AnyCells } from '../data/cells.js';
import { readableCells } from '../data/readable-cells.js';
import type { BertModel } from '../models/model.js';
import { hiddenStateIndex } from './embed-cells.js';
import {
  collectOccurrences,
  type OccurrencePlan,
  type Occurrences,
  planOccurrences,
  readOccurrences,
} from './occurrences.js';
import { readingOptionNames, type ReadingOptions } from './read-batches.js';

/** Options of `embedGenes` and `embedOccurrences`. */
export interface GeneEmbeddingOptions extends ReadingOptions {
  /** Index of the hidden state, as in `embedCells`; default −1, the last. */
  layer?: number;
  /** Token ids of the genes; default all genes that occur. */
  tokens?: Iterable<number>;
}

const known: OptionNames<GeneEmbeddingOptions> = { layer: true, tokens: true, ...readingOptionNames };

/** One vector per gene. */
export interface GeneEmbeddings {
  /** Token ids, ascending. */
  tokens: Int32Array;
  /** Mean over occurrences [genes × cols], row-major. */
  data: Float32Array;
  /** Number of cells that contain each gene. */
  occurrences: Int32Array;
  cols: number;
}

/** One vector per occurrence of a gene in a cell. */
export interface OccurrenceEmbeddings extends Occurrences {
  /** [occurrences × cols], row-major. */
  data: Float32Array;
  cols: number;
}

/**
 * Returns one vector per gene: the mean of its contextual embeddings over the cells that contain it. Special tokens are excluded.
 *
 * ```ts
 * const { tokens, data, cols } = await embedGenes(model, cells);
 * const vectorOfFirstGene = data.subarray(0, cols); // of the gene with token id tokens[0]
 * ```
 *
 * @throws ArgumentError for a layer that the model does not have
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 */
export async function embedGenes(
  model: BertModel,
  cells: AnyCells,
  options: GeneEmbeddingOptions = {},
): Promise<GeneEmbeddings> {
  checkOptions('embedGenes', options, known);
  const plan = planFor(model, cells, options);
  const cols = model.config.hidden_size;
  const sums = new Map<number, Float64Array>();
  const counts = new Int32Array(model.config.vocab_size);
  await readOccurrences(model, plan, 'embed', options, statesAt(model, options), ({ tokens }, values) => {
    tokens.forEach((id, i) => {
      const sum = sums.get(id) ?? new Float64Array(cols);
      sums.set(id, sum);
      counts[id]++;
      for (let k = 0; k < cols; k++) sum[k] += values[i * cols + k];
    });
  });
  const tokens = Int32Array.from(sums.keys()).sort();
  const data = new Float32Array(tokens.length * cols);
  tokens.forEach((id, row) =>
    data.set(
      (sums.get(id) as Float64Array).map((sum) => sum / counts[id]),
      row * cols,
    ),
  );
  return { tokens, data, occurrences: tokens.map((id) => counts[id]), cols };
}

/**
 * Returns the contextual embedding of every occurrence of genes, in the order of cells and positions. The vectors of all genes in many
 * cells need much memory; select genes with `tokens`.
 *
 * @throws the errors of `embedGenes`
 */
export async function embedOccurrences(
  model: BertModel,
  cells: AnyCells,
  options: GeneEmbeddingOptions = {},
): Promise<OccurrenceEmbeddings> {
  checkOptions('embedOccurrences', options, known);
  const plan = planFor(model, cells, options);
  const cols = model.config.hidden_size;
  const compute = statesAt(model, options);
  const { values, ...found } = await collectOccurrences(model, plan, 'embed', options, cols, compute);
  return { ...found, data: values, cols };
}

function planFor(model: BertModel, cells: AnyCells, { tokens, maxLength }: GeneEmbeddingOptions): OccurrencePlan {
  return planOccurrences(readableCells(cells, model.cellsContract, maxLength), model, tokens);
}

/** Returns a function that computes hidden states at positions of a batch. */
function statesAt({ config }: BertModel, { layer = -1 }: GeneEmbeddingOptions) {
  const to = hiddenStateIndex(layer, config);
  return ({ parameters }: BertModel, input: EncoderInput, queries: tf.Tensor1D): tf.Tensor =>
    encode(parameters, config, embed(parameters, config, input), input, { to, queries });
}
