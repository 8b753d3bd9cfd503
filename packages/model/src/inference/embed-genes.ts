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
import type { ReadingOptions } from './read-batches.js';

export interface GeneEmbeddingOptions extends ReadingOptions {
  /** Hidden state to read, as in `embedCells`; default −1, the last. */
  layer?: number;
  /** Token ids of the genes wanted; default: every gene that occurs. */
  tokens?: Iterable<number>;
}

/** One vector a gene. */
export interface GeneEmbeddings {
  /** Token ids, ascending. */
  tokens: Int32Array;
  /** Mean over occurrences [genes × cols], row-major. */
  data: Float32Array;
  /** Cells each gene occurred in. */
  occurrences: Int32Array;
  cols: number;
}

/** One vector an occurrence of a gene in a cell. */
export interface OccurrenceEmbeddings extends Occurrences {
  /** [occurrences × cols], row-major. */
  data: Float32Array;
  cols: number;
}

/**
 * One vector a gene: the mean of its contextual embeddings over the cells it occurs in. Special tokens are no genes and left out.
 *
 * @throws ArgumentError for a layer the model does not have
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
 */
export async function embedGenes(
  model: BertModel,
  cells: AnyCells,
  options: GeneEmbeddingOptions = {},
): Promise<GeneEmbeddings> {
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
 * The contextual embedding of every occurrence of the wanted genes, in the order of cells and positions. All genes of many cells are
 * many vectors: name the genes.
 *
 * @throws the errors of `embedGenes`
 */
export async function embedOccurrences(
  model: BertModel,
  cells: AnyCells,
  options: GeneEmbeddingOptions = {},
): Promise<OccurrenceEmbeddings> {
  const plan = planFor(model, cells, options);
  const cols = model.config.hidden_size;
  const compute = statesAt(model, options);
  const { values, ...found } = await collectOccurrences(model, plan, 'embed', options, cols, compute);
  return { ...found, data: values, cols };
}

function planFor(model: BertModel, cells: AnyCells, { tokens, maxLength }: GeneEmbeddingOptions): OccurrencePlan {
  return planOccurrences(readableCells(cells, model.cellsContract, maxLength), model, tokens);
}

/** Hidden states at positions of a batch. */
function statesAt({ config, parameters }: BertModel, { layer = -1 }: GeneEmbeddingOptions) {
  const to = hiddenStateIndex(layer, config);
  return (input: EncoderInput, queries: tf.Tensor1D): tf.Tensor =>
    encode(parameters, config, embed(parameters, config, input), input, { to, queries });
}
