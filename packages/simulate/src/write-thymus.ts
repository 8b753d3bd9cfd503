import { writeFileAtomic } from '@geneformer-ts/core/node';
import { checkOptions, type OptionNames, type Progress } from '@geneformer-ts/core';
import { writeH5ad, type CsrBlock } from '@geneformer-ts/io';
import { type ThymusOptions, thymusOptionNames } from './design/options.js';
import { prepareThymus, type SimulatedCells } from './simulate-thymus.js';

export interface WriteThymusOptions extends ThymusOptions {
  /** Cells per block; limits the memory. Default 256. */
  rows?: number;
  /** gzip level from 0 to 9; default: that of `writeH5ad`. */
  compression?: number;
  onProgress?: Progress;
}

const known: OptionNames<WriteThymusOptions> = {
  rows: true,
  compression: true,
  onProgress: true,
  ...thymusOptionNames,
};

export interface WrittenThymus {
  cells: number;
  genes: number;
  /** Number of stored (nonzero) counts. */
  nonZeros: number;
  path: string;
  /** Path of the truth as JSON: the path of the file, with `.truth.json` instead of `.h5ad`. */
  truthPath: string;
}

/**
 * Writes an in silico thymus as an h5ad file of raw counts, and its truth as JSON. Writes each file completely or not
 * at all.
 *
 * @throws ArgumentError naming the invalid option; FileAccessError when the file cannot be written
 */
export async function writeThymus(path: string, options: WriteThymusOptions): Promise<WrittenThymus> {
  checkOptions('writeThymus', options, known);
  const { rows, compression, onProgress, ...simulation } = options;
  const cells = prepareThymus(simulation);
  const truthPath = `${path.replace(/\.h5ad$/, '')}.truth.json`;
  let nonZeros = 0;
  const blocks = watch(cells, rows === undefined ? {} : { rows }, (block) => {
    nonZeros += block.data.length;
    onProgress?.({ stage: 'simulate', done: block.rowStart + block.rows, total: cells.nObs, unit: 'cells' });
  });
  await writeH5ad(path, {
    obs: cells.obs,
    var: cells.var,
    blocks,
    uns: { synthetic: 'true', statement: cells.truth.statement, seed: cells.settings.seed },
    ...(compression === undefined ? {} : { compression }),
  });
  await writeFileAtomic(truthPath, `${JSON.stringify(cells.truth, null, 1)}\n`);
  return { cells: cells.nObs, genes: cells.nVars, nonZeros, path, truthPath };
}

function* watch(cells: SimulatedCells, options: { rows?: number }, onBlock: (block: CsrBlock) => void) {
  for (const block of cells.blocks(options)) {
    yield block;
    onBlock(block);
  }
}
