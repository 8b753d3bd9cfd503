import { writeFileAtomic } from '@geneformer-ts/core/node';
import type { Progress } from '@geneformer-ts/core';
import { writeH5ad, type CsrBlock } from '@geneformer-ts/io';
import type { ThymusOptions } from './design/options.js';
import { simulateThymus, type SimulatedCells } from './simulate-thymus.js';

export interface WriteThymusOptions extends ThymusOptions {
  /** Cells in a block; bounds the memory in use. Default 256. */
  rows?: number;
  /** gzip level from 0 to 9, as `writeH5ad` has it. */
  compression?: number;
  onProgress?: Progress;
}

export interface WrittenThymus {
  cells: number;
  genes: number;
  /** Stored counts, that is pairs of cell and gene with at least one. */
  nonZeros: number;
  path: string;
  /** The truth as JSON, beside the file: its name with `.truth.json` for `.h5ad`. */
  truthPath: string;
}

/**
 * Writes an in silico thymus as an h5ad file of raw counts, and its truth beside it; each file whole or not at all.
 *
 * @throws ArgumentError naming an option that cannot be used; IoError when the file cannot be written
 */
export async function writeThymus(path: string, options: WriteThymusOptions): Promise<WrittenThymus> {
  const { rows, compression, onProgress, ...simulation } = options;
  const cells = simulateThymus(simulation);
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
