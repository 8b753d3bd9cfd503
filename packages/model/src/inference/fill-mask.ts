import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import type { AnyCells } from '../data/cells.js';
import { readableCells } from '../data/readable-cells.js';
import { CellsError } from '../errors.js';
import type { BertForMaskedLM } from '../models/masked-lm.js';
import { planOccurrences, readOccurrences } from './occurrences.js';
import { readingOptionNames, type ReadingOptions } from './read-batches.js';

/** Options of `fillMask`. */
export interface FillMaskOptions extends ReadingOptions {
  /** Number of genes per mask, the most likely first; default 5. */
  topK?: number;
}

const known: OptionNames<FillMaskOptions> = { topK: true, ...readingOptionNames };

/** The predicted genes at one mask. */
export interface FilledMask {
  /** Index of the cell. */
  cell: number;
  /** Position of the mask in the cell. */
  position: number;
  /** Token ids of genes, the most likely first; ties by the lower id. */
  tokens: number[];
  /** Probability of each gene among all tokens of the vocabulary. */
  probabilities: number[];
}

/**
 * Predicts the genes at the `<mask>` tokens of cells, in the order of cells and positions. Special tokens are not predicted.
 *
 * ```ts
 * const cells = { inputIds: Int32Array.of(9837, 1, 1956), offsets: Int32Array.of(0, 3) }; // 1 is <mask>
 * const [{ position, tokens, probabilities }] = await fillMask(model, cells, { topK: 3 }); // position: 1
 * ```
 *
 * @throws CellsError if no cell has a mask
 * @throws ArgumentError unless `topK` is a whole number from 1 to the number of genes
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 */
export async function fillMask(
  model: BertForMaskedLM,
  cells: AnyCells,
  options: FillMaskOptions = {},
): Promise<FilledMask[]> {
  checkOptions('fillMask', options, known);
  const { topK = 5, ...reading } = options;
  const { vocab_size } = model.config;
  const most = vocab_size - model.specialIds.length;
  if (!Number.isInteger(topK) || topK < 1 || topK > most) {
    throw ArgumentError.of('topK', topK, `a whole number from 1 to ${most}`);
  }
  const readable = readableCells(cells, model.cellsContract, reading.maxLength);
  const plan = planOccurrences(readable, model, [model.maskId], { specials: true });
  if (plan.total === 0) {
    throw new CellsError(`no cell contains token ${model.maskId} (<mask>); put it at the positions to predict`);
  }
  const filled: FilledMask[] = new Array<FilledMask>(plan.total);
  await readOccurrences(
    model,
    plan,
    'fill',
    { batchTokens: 4096, ...reading },
    (reader, input, positions) => reader.logits(input, positions),
    ({ cell, first, positions }, values) => {
      positions.forEach((position, i) => {
        const logits = values.subarray(i * vocab_size, (i + 1) * vocab_size);
        filled[first + i] = { cell, position, ...topTokens(logits, topK, model.specialIds) };
      });
    },
  );
  return filled;
}

function topTokens(
  logits: Float32Array,
  topK: number,
  specialIds: readonly number[],
): { tokens: number[]; probabilities: number[] } {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
  const genes = Int32Array.from(logits.keys()).filter((id) => !specialIds.includes(id));
  const tokens = Array.from(genes.sort((a, b) => logits[b] - logits[a] || a - b).subarray(0, topK));
  return { tokens, probabilities: tokens.map((id) => Math.exp(logits[id] - highest) / total) };
}
