import { below, namedRandom, type Random } from '@geneformer-ts/core';
import type { PaddedBatch } from './padded-batch.js';

/**
 * The masked-gene objective: 15 % of the genes of each cell are selected; of these, 80 % become `<mask>`, 10 % another gene drawn
 * uniformly, and 10 % stay. Special tokens are neither selected nor drawn. In contrast to independent draws per token, the number
 * of selected genes is 15 % of the cell's genes (rounded up or down at random, at least one), so that all batches of a length
 * have the same shape.
 */
export interface MaskingOptions {
  /** Share of the genes of a cell to predict. */
  probability: number;
  maskId: number;
  /** 1 for ids that are never masked or drawn. */
  isSpecial: Uint8Array;
  /** Ids that can be drawn as replacements: all that are not special. */
  genes: Int32Array;
}

/** A masked batch. */
export interface MaskedBatch {
  /** Ids of the batch after masking. */
  inputIds: Int32Array;
  /** Flat positions (row × length + position) to predict, `slots` per row; unused slots have the first position of the row. */
  positions: Int32Array;
  /** True id at each position; −1 in unused slots. */
  labels: Int32Array;
  /** Number of labels that are not −1. */
  count: number;
}

/** Returns the number of positions per row for a padded length. */
export function maskSlots(length: number, probability: number): number {
  return Math.max(1, Math.ceil(length * probability));
}

/** Returns the options for a vocabulary with given special tokens. */
export function maskingOptions(
  vocabularySize: number,
  maskId: number,
  specialIds: readonly number[],
  probability: number,
): MaskingOptions {
  const isSpecial = new Uint8Array(vocabularySize);
  for (const id of specialIds) isSpecial[id] = 1;
  const genes = Int32Array.from({ length: vocabularySize }, (_, id) => id).filter((id) => !isSpecial[id]);
  return { probability, maskId, isSpecial, genes };
}

/**
 * Masks a batch. The selection in a cell depends only on `names` and the index of the cell, not on the batch.
 *
 * @param cells index of the cell in each row that is not empty
 * @param names first keys of the random stream, among them seed and epoch
 */
export function maskBatch(
  batch: PaddedBatch,
  cells: Int32Array,
  options: MaskingOptions,
  names: readonly number[],
): MaskedBatch {
  const slots = maskSlots(batch.length, options.probability);
  const inputIds = batch.inputIds.slice();
  const positions = new Int32Array(batch.rows * slots);
  const labels = new Int32Array(batch.rows * slots).fill(-1);
  const candidates = new Int32Array(batch.length);
  let count = 0;
  for (let row = 0; row < batch.rows; row++) {
    const start = row * batch.length;
    positions.fill(start, row * slots, (row + 1) * slots);
    if (row >= cells.length) continue;
    const random = namedRandom(...names, cells[row]);
    const chosen = chooseGenes(batch, row, options, candidates, random);
    for (let k = 0; k < chosen; k++) {
      const at = start + candidates[k];
      positions[row * slots + k] = at;
      labels[row * slots + k] = batch.inputIds[at];
      inputIds[at] = replacement(batch.inputIds[at], options, random);
    }
    count += chosen;
  }
  return { inputIds, positions, labels, count };
}

/** Moves the selected positions of a row to the start of `candidates` and returns their number. */
function chooseGenes(
  batch: PaddedBatch,
  row: number,
  { probability, isSpecial }: MaskingOptions,
  candidates: Int32Array,
  random: Random,
): number {
  let genes = 0;
  const start = row * batch.length;
  for (let position = 0; position < batch.lengths[row]; position++) {
    if (!isSpecial[batch.inputIds[start + position]]) candidates[genes++] = position;
  }
  const chosen = Math.min(genes, Math.max(1, Math.floor(probability * genes + random())));
  for (let k = 0; k < chosen; k++) {
    const other = k + below(random, genes - k);
    const position = candidates[other];
    candidates[other] = candidates[k];
    candidates[k] = position;
  }
  return chosen;
}

function replacement(id: number, { maskId, genes }: MaskingOptions, random: Random): number {
  const fate = random();
  if (fate < 0.8) return maskId;
  if (fate < 0.9) return genes[below(random, genes.length)];
  return id;
}
