import { tf } from '@geneformer-ts/engine';
import { type AnyCells, readableCells } from './cells.js';
import { collectOccurrences } from './occurrence-reading.js';
import { type Occurrences, planOccurrences } from './occurrences.js';
import type { ReadingOptions } from './reading.js';
import type { BertForTokenClassification } from './token-classification.js';

export interface TokenPredictionOptions extends ReadingOptions {
  /** Token ids to predict; default: every gene of the vocabulary. */
  tokens?: Iterable<number>;
}

/** What a gene classifier says of tokens: one row an occurrence of a gene in a cell. */
export interface TokenPredictions extends Occurrences {
  /** Softmax probabilities [occurrences × classes], row-major. */
  probabilities: Float32Array;
  classes: number;
  /** Class names by column. */
  labels: string[];
}

/**
 * Class probabilities of genes wherever they occur in cells; `averageByGene` makes one prediction a gene of them. Independent of
 * `batchTokens` beyond rounding.
 *
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
 */
export async function predictTokens(
  model: BertForTokenClassification,
  cells: AnyCells,
  { tokens, ...options }: TokenPredictionOptions = {},
): Promise<TokenPredictions> {
  const all = readableCells(cells, model.cellsContract, options.maxLength);
  const plan = planOccurrences(all, model, tokens);
  const classes = model.labels.length;
  const { values, ...found } = await collectOccurrences(model, plan, 'predict', options, classes, (input, positions) =>
    tf.softmax(model.logits(input, positions)),
  );
  return { probabilities: values, ...found, classes, labels: [...model.labels] };
}

/** One prediction a gene. */
export interface GenePredictions {
  /** Token ids, ascending. */
  tokens: Int32Array;
  /** Mean over occurrences of each class's probability [genes × classes]. */
  probabilities: Float32Array;
  /** Cells each gene occurred in. */
  occurrences: Int32Array;
  classes: number;
  labels: string[];
}

/** Averages the predictions of a gene over the cells it occurs in: the gene, not the occurrence, is what has a class. */
export function averageByGene({ probabilities, tokens, classes, labels }: TokenPredictions): GenePredictions {
  const ids = Int32Array.from(new Set(tokens)).sort();
  const rowOf = new Map(Array.from(ids, (id, row) => [id, row]));
  const sums = new Float64Array(ids.length * classes);
  const counts = new Int32Array(ids.length);
  for (let i = 0; i < tokens.length; i++) {
    const row = rowOf.get(tokens[i]) as number;
    counts[row]++;
    for (let k = 0; k < classes; k++) sums[row * classes + k] += probabilities[i * classes + k];
  }
  return {
    tokens: ids,
    probabilities: Float32Array.from(sums, (sum, at) => sum / counts[Math.floor(at / classes)]),
    occurrences: counts,
    classes,
    labels: [...labels],
  };
}
