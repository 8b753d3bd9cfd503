import { below, namedRandom, type Random } from '@geneformer-ts/core';
import type { PaddedBatch } from './padded-batch.js';

/**
 * The masked-gene objective: of each cell's genes 15 % are chosen; of these 80 % become `<mask>`, 10 % another gene drawn uniformly,
 * 10 % stay. Special tokens are neither chosen nor drawn. Unlike independent draws a token, the number chosen is fixed at
 * 15 % of the cell's genes (rounded up or down at random, at least one), so that a batch always has room for the same number.
 */
export interface MaskingOptions {
  /** Share of a cell's genes to predict. */
  probability: number;
  maskId: number;
  /** 1 for the ids that are never masked nor drawn. */
  isSpecial: Uint8Array;
  /** Ids that may be drawn as a replacement: all that are not special. */
  genes: Int32Array;
}

export interface MaskedBatch {
  /** The batch's ids after masking. */
  inputIds: Int32Array;
  /** Flat positions (row × length + position) to predict, `slots` a row; unused slots point at the row's first position. */
  positions: Int32Array;
  /** The true id at each position; −1 in unused slots. */
  labels: Int32Array;
  /** Labels that are not −1. */
  count: number;
}

/** Positions reserved in each row for a padded length. */
export function maskSlots(length: number, probability: number): number {
  return Math.max(1, Math.ceil(length * probability));
}

/** Options for a vocabulary with these special ids. */
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
 * Masks a batch. The choice for a cell is a function of `names` and the cell's index alone, not of the batch it is in.
 *
 * @param cells index of the cell in each used row
 * @param names first names of the random stream, seed and epoch among them
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

/** Puts the chosen positions of a row first in `candidates` and says how many they are. */
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
