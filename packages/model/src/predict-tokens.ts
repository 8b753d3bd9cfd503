import { tf } from '@geneformer-ts/engine';
import { askPositions, slotsByLength } from './asked-positions.js';
import { encoderInput } from './batch-input.js';
import { type AnyCells, readableCells, type ReadableCells, readableSubset } from './cells.js';
import { readCells, type ReadingOptions } from './reading.js';
import type { BertForTokenClassification } from './token-classification.js';

export interface TokenPredictionOptions extends ReadingOptions {
  /** Token ids to predict; default: every gene of the vocabulary. */
  tokens?: Iterable<number>;
}

/** What a gene classifier says of tokens: one row an occurrence of a gene in a cell, cells in order and positions within them. */
export interface TokenPredictions {
  /** Softmax probabilities [occurrences × classes], row-major. */
  probabilities: Float32Array;
  /** Cell of each occurrence, its position there, and its token id. */
  cells: Int32Array;
  positions: Int32Array;
  tokens: Int32Array;
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
  const { pad_token_id, max_position_embeddings } = model.config;
  const all = readableCells(cells, model.cellsContract, options.maxLength);
  const wanted = wantedTokens(model, tokens);
  const { perCell, found } = occurrences(all, wanted);
  const classes = model.labels.length;
  const labels = [...model.labels];
  const probabilities = new Float32Array(found.tokens.length * classes);
  const rows = Int32Array.from(perCell.keys()).filter((cell) => perCell[cell] > 0);
  if (rows.length === 0) return { probabilities, ...found, classes, labels };
  const starts = new Int32Array(perCell.length);
  for (let cell = 1; cell < perCell.length; cell++) starts[cell] = starts[cell - 1] + perCell[cell - 1];
  const readable = readableSubset(all, rows);
  const slots = slotsByLength(
    readable.lengths,
    rows.map((cell) => perCell[cell]),
  );
  await readCells(readable, pad_token_id, max_position_embeddings, 'predict', options, async (padded, batch) => {
    const perRow = slots(padded.length);
    const { positions } = askPositions(padded, perRow, (_row, _position, id) => wanted[id] - 1);
    const softmax = tf.tidy(() => tf.softmax(model.logits(encoderInput(padded), tf.tensor1d(positions, 'int32'))));
    const values = await softmax.data<'float32'>();
    softmax.dispose();
    batch.cells.forEach((index, row) => {
      const cell = rows[index];
      const first = row * perRow * classes;
      probabilities.set(values.subarray(first, first + perCell[cell] * classes), starts[cell] * classes);
    });
  });
  return { probabilities, ...found, classes, labels };
}

/** 1 for each token id that is asked for. */
function wantedTokens(model: BertForTokenClassification, tokens: Iterable<number> | undefined): Uint8Array {
  const wanted = new Uint8Array(model.config.vocab_size);
  if (tokens) for (const id of tokens) wanted[id] = 1;
  else wanted.fill(1);
  for (const id of model.specialIds) wanted[id] = 0;
  return wanted;
}

function occurrences(cells: ReadableCells, wanted: Uint8Array) {
  const perCell = new Int32Array(cells.lengths.length);
  const found = { cells: [] as number[], positions: [] as number[], tokens: [] as number[] };
  const ids = new Int32Array(cells.lengths.reduce((most, length) => Math.max(most, length), 0));
  for (let cell = 0; cell < perCell.length; cell++) {
    cells.copy(cell, ids, 0);
    for (let position = 0; position < cells.lengths[cell]; position++) {
      if (!wanted[ids[position]]) continue;
      perCell[cell]++;
      found.cells.push(cell);
      found.positions.push(position);
      found.tokens.push(ids[position]);
    }
  }
  return {
    perCell,
    found: {
      cells: Int32Array.from(found.cells),
      positions: Int32Array.from(found.positions),
      tokens: Int32Array.from(found.tokens),
    },
  };
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
