import type { AnnData, CountMatrix } from '@geneformer-ts/io';
import type { Geneformer } from '../geneformer.js';
import type { CountOptions } from '../cells/tokenized-cells.js';

/** Time and memory that a task would take. */
export interface Estimate {
  cells: number;
  /** Mean number of genes per cell that the model reads. */
  tokensPerCell: number;
  seconds: number;
  /** Peak memory of the process. */
  bytes: number;
  /** Temporary files. */
  diskBytes: number;
}

/** Options of `estimate`. */
export interface EstimateOptions extends CountOptions {
  /** `train` also trains a head, and fits the baseline. */
  task: 'embed' | 'annotate' | 'train';
  signal?: AbortSignal;
}

/** Cells that are measured: enough for several batches, few enough for seconds. */
const SAMPLED_CELLS = 192;
/** Bytes per token in the temporary dataset. */
const TOKEN_BYTES = 8;
/** Bytes per cell in memory: lengths, rows, totals and its name. */
const CELL_BYTES = 200;

/**
 * Measures a task on the first cells of a file and extrapolates to all of them.
 *
 * @throws the errors of `Geneformer.embed`
 */
export async function estimate(model: Geneformer, cells: AnnData, options: EstimateOptions): Promise<Estimate> {
  const { task, signal, ...counts } = options;
  const calls = { onProgress: false as const, ...(signal && { signal }) };
  const rows = Math.min(cells.nObs, SAMPLED_CELLS);
  const small = firstCells(cells, rows);
  // The first call compiles the graphs.
  await model.embed(firstCells(cells, Math.min(rows, 16)), { ...counts, ...calls });
  const startedAt = performance.now();
  const { report, cols } = await model.embed(small, { ...counts, ...calls });
  const measured = (performance.now() - startedAt) / 1000;
  const tokensPerCell = meanLength(model, report.cells.written, report.counts.nonZero, report);
  const perCell = measured / rows;
  const factor = task === 'train' ? 1.6 : 1;
  const results = cells.nObs * cols * Float32Array.BYTES_PER_ELEMENT * (task === 'train' ? 2 : 1);
  return {
    cells: cells.nObs,
    tokensPerCell,
    seconds: 1 + factor * perCell * cells.nObs,
    bytes: process.memoryUsage.rss() + results + cells.nObs * CELL_BYTES,
    diskBytes: cells.nObs * tokensPerCell * TOKEN_BYTES,
  };
}

function meanLength(
  model: Geneformer,
  written: number,
  nonZero: number,
  { knownShareOfGenes }: { knownShareOfGenes: number },
): number {
  return Math.min(model.config.max_position_embeddings, (nonZero * knownShareOfGenes) / Math.max(1, written));
}

/** Returns the first rows of a file as an `AnnData` that only counts can be read from. */
function firstCells(cells: AnnData, rows: number): AnnData {
  const first = (matrix: CountMatrix): CountMatrix => {
    const { reopen: _, ...rest } = matrix;
    const obs = { index: matrix.obs.index.slice(0, rows), columns: new Map() };
    return {
      ...rest,
      nObs: rows,
      obs,
      blocks: (range) => matrix.blocks({ ...range, to: Math.min(rows, range?.to ?? rows) }),
    };
  };
  return Object.create(cells, {
    nObs: { value: rows },
    X: { get: () => first(cells.X) },
    raw: { get: () => cells.raw.then((matrix) => matrix && first(matrix)) },
    layers: { value: { ...cells.layers, get: async (name: string) => first(await cells.layers.get(name)) } },
  }) as AnnData;
}
