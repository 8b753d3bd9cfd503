/** Makes one disturbed context: simulates the counts of the held-out cells at lower depth, or with ambient RNA. */
import type { Progress } from '@geneformer-ts/core';
import { openAnnData, writeH5ad, type CsrBlock, type DataFrame } from '@geneformer-ts/io';
import { readCounts, type Counts } from '../data/features.js';
import { defineStage, from } from '../run/define.js';
import { addAmbient, type CellCounts, cellRandom, cumulate, thin } from '../transfer/disturb.js';
import { seenPositions } from '../transfer/context-split.js';
import { readContextSplit } from '../transfer/contexts.js';
import type contextSplit from './context-split.js';
import type dataStage from './data.js';
import { contextParams, type ContextParams } from './generalization.params.js';

export default defineStage({
  name: 'shift',
  params: contextParams,
  inputs: { data: from<typeof dataStage>(), split: from<typeof contextSplit>() },
  outputs: { cells: 'cells.h5ad' },
  cores: 'half',
  async run({ params, inputs, output, progress }) {
    const split = await readContextSplit(inputs.split);
    const positions = seenPositions(split);
    const rows = Array.from(positions, (position) => split.rows[position]);
    const cellIds = Array.from(positions, (position) => split.cellIds[position]);
    const cells = inputs.data.file('cells');
    const counts = await readCounts(cells, rows, progress);
    const { genes, profile } = await readProfile(cells, params.kind === 'ambient', progress);
    const disturbed = cellIds.map((id, row) => disturb(cellOf(counts, row), params, id, profile));

    await writeH5ad(output.cells, {
      obs: { index: cellIds, columns: new Map() },
      var: genes,
      blocks: [asBlock(disturbed, counts.matrix.cols)],
    });
    const after = disturbed.reduce((sum, cell) => sum + total(cell.counts), 0);
    return {
      facts: {
        cells: rows.length,
        meanCountsBefore: round(total(counts.totals) / rows.length),
        meanCountsAfter: round(after / rows.length),
      },
    };
  },
});

function disturb(cell: CellCounts, params: ContextParams, id: string, profile: Float64Array): CellCounts {
  const random = cellRandom(params.kind, params.seed, id);
  return params.kind === 'depth' ? thin(cell, params.factor, random) : addAmbient(cell, params.share, profile, random);
}

function cellOf({ matrix }: Counts, row: number): CellCounts {
  const [from, to] = [matrix.indptr[row], matrix.indptr[row + 1]];
  return { columns: matrix.indices.subarray(from, to), counts: Float32Array.from(matrix.data.subarray(from, to)) };
}

/** Reads the genes of a file and, if `wanted`, their cumulative counts over all cells. */
async function readProfile(
  file: string,
  wanted: boolean,
  progress: Progress,
): Promise<{ genes: DataFrame; profile: Float64Array }> {
  const source = await openAnnData(file);
  try {
    const sums = new Float64Array(wanted ? source.nVars : 0);
    for await (const block of wanted ? source.blocks() : []) {
      block.indices.forEach((column, at) => (sums[column] += block.data[at]));
      progress({ stage: 'profile', done: block.rowStart + block.rows, total: source.nObs, unit: 'cells' });
    }
    return { genes: source.var, profile: cumulate(sums) };
  } finally {
    await source.close();
  }
}

function asBlock(cells: readonly CellCounts[], cols: number): CsrBlock {
  const indptr = new Int32Array(cells.length + 1);
  cells.forEach(({ columns }, row) => (indptr[row + 1] = indptr[row] + columns.length));
  const indices = new Int32Array(indptr[cells.length]);
  const data = new Float32Array(indptr[cells.length]);
  cells.forEach((cell, row) => {
    indices.set(cell.columns, indptr[row]);
    data.set(cell.counts, indptr[row]);
  });
  return { rowStart: 0, rows: cells.length, cols, indptr, indices, data };
}

function total(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
