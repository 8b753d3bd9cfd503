import type { Progress } from '@geneformer-ts/core';
import type { AnnData } from '@geneformer-ts/io';
import { type CellStore, selectCells } from '@geneformer-ts/model';
import { joinReports } from '@geneformer-ts/tokenizer';
import type { CountOptions } from '../cells/count-options.js';
import { type CountsReport, type TokenFormat, tokenizedCells, type TokenizedCells } from '../cells/tokenized-cells.js';
import {
  beginRun,
  checkRun,
  missingParts,
  partPath,
  partsOf,
  partsOfShard,
  type RowPart,
  type RowRun,
  type Shard,
  type ShardOutcome,
} from './row-run.js';
import { readVectorPart, type VectorPart, writeVectorPart } from './vector-part.js';

/** What a run needs besides its manifest to compute one vector per cell. */
export interface VectorReader {
  /** Numbers per cell. */
  cols: number;
  partRows: number;
  /** Returns the vectors of some cells, in their order. */
  read: (cells: CellStore, calls: Calls) => Promise<Float32Array>;
}

interface Calls {
  onProgress: Progress;
  signal?: AbortSignal;
}

/**
 * Returns the vectors of all rows of a file, in the parts of a sharded run, so that the two have the same bits.
 *
 * @param rows number of rows of the file, of which `tokens` has those that express a known gene
 * @returns rows × cols; NaN for the other rows
 */
export async function readInParts(
  tokens: TokenizedCells,
  rows: number,
  { cols, partRows, read }: VectorReader,
  calls: Calls,
): Promise<Float32Array> {
  const data = new Float32Array(rows * cols).fill(NaN);
  const total = tokens.rows.length;
  let at = 0;
  for (const { to } of partsOf({ rows, partRows })) {
    const first = at;
    while (at < total && tokens.rows[at] < to) at++;
    if (at === first) continue;
    const chosen = Int32Array.from({ length: at - first }, (_, i) => first + i);
    const onProgress: Progress = (event) => calls.onProgress({ ...event, done: first + event.done, total });
    const vectors = await read(selectCells(tokens.store, chosen), { ...calls, onProgress });
    chosen.forEach((cell, i) => data.set(vectors.subarray(i * cols, (i + 1) * cols), tokens.rows[cell] * cols));
  }
  return data;
}

/**
 * Computes the parts of a share that are missing, and writes each into the folder of the run.
 *
 * @throws RunMismatchError if the folder has another run; the errors of `tokenizeCells` about the file; the reason of the signal
 */
export async function computeShard(
  folder: string,
  run: RowRun,
  shard: Shard,
  cells: AnnData,
  { format, counts, reader }: { format: TokenFormat; counts: CountOptions; reader: VectorReader },
  { onProgress, signal }: Calls,
): Promise<ShardOutcome> {
  const own = partsOfShard(run, shard);
  await beginRun(folder, run);
  const shape = { digest: run.digest, cols: reader.cols };
  const total = own.reduce((sum, { from, to }) => sum + to - from, 0);
  let [found, done] = [0, 0];
  for (const part of own) {
    const path = partPath(folder, part, '.vectors');
    if (typeof (await readVectorPart(path, part, shape)) !== 'string') found++;
    else {
      const within: Progress = (event) => onProgress({ ...event, done: done + event.done, total });
      const calls = { onProgress: within, ...(signal && { signal }) };
      const computed = await computePart(part, cells, { format, counts, reader }, calls);
      await writeVectorPart(path, part, computed, shape);
    }
    done += part.to - part.from;
  }
  return { parts: own.length, found, partCount: partsOf(run).length, rows: total };
}

async function computePart(
  { from, to }: RowPart,
  cells: AnnData,
  { format, counts, reader }: { format: TokenFormat; counts: CountOptions; reader: VectorReader },
  calls: Calls,
): Promise<VectorPart> {
  const { onProgress: _, ...quiet } = calls;
  await using tokens = await tokenizedCells(cells, format, { ...counts, ...quiet, rows: { from, to } });
  const data = new Float32Array((to - from) * reader.cols).fill(NaN);
  if (tokens.rows.length > 0) {
    const vectors = await reader.read(tokens.store, calls);
    tokens.rows.forEach((row, cell) =>
      data.set(vectors.subarray(cell * reader.cols, (cell + 1) * reader.cols), (row - from) * reader.cols),
    );
  }
  return { data, report: tokens.report };
}

/**
 * Joins the parts of a run, after checking that all are there, complete and of this run.
 *
 * @returns what an undivided run returns: rows × cols, and the report on the file
 * @throws RunMismatchError that lists the parts that are missing or damaged
 */
export async function joinVectors(
  folder: string,
  run: RowRun,
  cols: number,
): Promise<{ data: Float32Array; report: CountsReport }> {
  await checkRun(folder, run);
  const data = new Float32Array(run.rows * cols);
  const reports: CountsReport[] = [];
  const missing: number[] = [];
  const parts = partsOf(run);
  for (const part of parts) {
    const found = await readVectorPart(partPath(folder, part, '.vectors'), part, { digest: run.digest, cols });
    if (typeof found === 'string') missing.push(part.index);
    else {
      data.set(found.data, part.from * cols);
      reports.push(found.report);
    }
  }
  if (missing.length > 0) throw missingParts(folder, missing, parts.length);
  return { data, report: joinCountsReports(reports) };
}

/** Joins the reports of the parts of a file. */
export function joinCountsReports(reports: readonly CountsReport[]): CountsReport {
  const { species, countsFrom, orthologs } = reports[0];
  return { ...joinReports(reports), species, countsFrom, ...(orthologs && { orthologs }) };
}
