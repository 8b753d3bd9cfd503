import { ArgumentError } from '@geneformer-ts/core';
import type { ReadableCells } from './cells.js';
import type { BertForMaskedLM } from './masked-lm.js';

const name = 'cls.predictions.bias';

/**
 * Gives the fresh head of a model the log frequency of each gene in the cells as its bias, so that it knows before the first update how often genes
 * occur. From zeros a small model learns that first, through hidden states that become alike for all cells, and may stay there for an epoch.
 *
 * @throws ArgumentError when the head has a bias already
 */
export async function startAtFrequencies(model: BertForMaskedLM, cells: ReadableCells): Promise<void> {
  if ((await model.parameters.get(name).data()).some((value) => value !== 0)) {
    const remedy = "the model has been trained; say 'zeros' to go on from its own bias";
    throw new ArgumentError('initialBias', '"frequencies" is not available', remedy);
  }
  model.parameters.write(new Map([[name, logFrequencies(cells, model.config.vocab_size)]]));
}

/** One is added to every count, so that a gene that does not occur has a frequency too. */
function logFrequencies(cells: ReadableCells, vocabularySize: number): Float32Array {
  const counts = new Float64Array(vocabularySize).fill(1);
  let total = vocabularySize;
  const ids = new Int32Array(cells.lengths.reduce((a, b) => Math.max(a, b), 0));
  cells.lengths.forEach((length, cell) => {
    cells.copy(cell, ids, 0);
    for (let at = 0; at < length; at++) counts[ids[at]]++;
    total += length;
  });
  return Float32Array.from(counts, (count) => Math.log(count / total));
}
