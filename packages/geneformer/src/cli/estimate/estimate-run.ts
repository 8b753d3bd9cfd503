import { NearestNeighbors } from '@geneformer-ts/analysis';
import { isGeneformerError, seededRandom } from '@geneformer-ts/core';
import { AnnData } from '@geneformer-ts/io/anndata';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { rawCounts } from '../../cells/raw-counts.js';
import type { CommandContext, CommandSpec, EstimateSpec, Options } from '../command.js';
import { openingOf } from '../option-values.js';
import { textOf } from '../command.js';
import { costOf, largeSample } from './cost-model.js';
import { type SampledRows, sampleRows, writeSample } from './sample-file.js';

/** Time and memory that a command would take. */
export interface Estimate {
  /** Cells of all files. */
  cells: number;
  /** Seconds of the whole command, with its start. */
  seconds: number;
  /** Peak memory of the process. */
  bytes: number;
  /** Cells on which it was measured, and how long that took. */
  measured: { cells: number; seconds: number };
}

/** What estimating may replace in tests. */
export interface Measuring {
  /** Seconds since the process started. */
  clock: () => number;
  /** Largest memory of the process until now. */
  peakBytes: () => number;
}

const measuring: Measuring = {
  clock: () => performance.now() / 1000,
  peakBytes: () => process.resourceUsage().maxRSS * 1024,
};

/** Most cells of a sample: enough for several batches. */
const MOST_CELLS = 288;
/** Cells of the first sample. */
const LEAST_CELLS = 16;
/** Options that have had their effect once a sample is written, or that a sample has too few cells for. */
const DROPPED = ['layer', 'genome', 'modality', 'obs', 'obsJoin', 'group', 'resume', 'estimate', 'shard'];
const UP_TO_EXACT = 20_000;

/** A file with cells, its counts, and rows that were read of it. */
interface Source {
  path: string;
  cells: AnnData;
  matrix: AnnData['X'];
  sampled: SampledRows;
}

/**
 * Estimates a command by running it on a few cells of its files: twice on a small sample, whose first run compiles, and on
 * a larger one. Results are written to a temporary folder and removed. Nothing is known about the machine or the model
 * besides these times.
 *
 * @throws the errors of the command
 */
export async function estimateRun(
  spec: CommandSpec & { estimate: EstimateSpec },
  context: CommandContext,
  args: readonly string[],
  options: Options,
  { clock, peakBytes }: Measuring = measuring,
): Promise<Estimate> {
  const startedAt = clock();
  const { files = [], least = LEAST_CELLS, obsm = () => [], bytesPerCell = () => 0, hasPairs } = spec.estimate;
  const paths = [...args, ...files.flatMap((name) => textOf(options, name) ?? [])];
  const folder = await mkdtemp(join(tmpdir(), 'geneformer-'));
  const sources: Source[] = [];
  try {
    for (const path of paths) sources.push(await openSource(path, path === args[0] ? options : {}, context));
    const read = clock() - startedAt;
    const cells = sources.reduce((sum, source) => sum + source.cells.nObs, 0);
    const most = Math.min(
      cells,
      sources.reduce((sum, { sampled }) => sum + sampled.rows.length, 0),
    );
    const silent: CommandContext = { ...context, onProgress: () => undefined, note: () => undefined };
    const run = async (count: number): Promise<{ seconds: number; json: object }> => {
      const renamed = new Map<string, string>();
      for (const [at, { path, cells: file, matrix, sampled }] of sources.entries()) {
        const sample = join(folder, `${at}.h5ad`);
        const rows = Math.max(1, Math.round((count * sampled.rows.length) / most));
        await writeSample(sample, file, matrix, sampled, Math.min(rows, sampled.rows.length), obsm(file, options));
        renamed.set(path, sample);
      }
      const began = clock();
      const { json } = await spec.run(
        silent,
        args.map((arg) => renamed.get(arg) as string),
        forSample(options, files, renamed, folder),
      );
      return { seconds: clock() - began, json };
    };
    let small = Math.min(most, least);
    const first = await larger(run, small, most);
    small = first.cells;
    const warm = await run(small);
    const large = largeSample(small, warm.seconds, most);
    const last = large > small ? await run(large) : warm;
    const cost = costOf({
      cold: first.seconds,
      warm: warm.seconds,
      large: last.seconds,
      smallCells: small,
      largeCells: large,
    });
    const bytes = await Promise.all(paths.map((path) => stat(path).then(({ size }) => size)));
    const copying = spec.estimate.copies === true ? bytes[0] / (await bytesPerSecond(folder, clock)) : 0;
    const pairs = hasPairs?.(options) === true ? pairSeconds(cells / sources.length, last.json, clock) : 0;
    return {
      cells,
      seconds: startedAt + read + cost.compiling + cost.fixed + cost.perCell * cells + copying + pairs,
      bytes: peakBytes() + cells * bytesPerCell(last.json),
      measured: { cells: large, seconds: clock() - startedAt },
    };
  } finally {
    for (const { cells } of sources) await cells.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openSource(path: string, options: Options, { signal }: CommandContext): Promise<Source> {
  const cells = await AnnData.open(path, openingOf(options));
  try {
    const { matrix } = await rawCounts(cells, textOf(options, 'layer'));
    return { path, cells, matrix, sampled: await sampleRows(matrix, MOST_CELLS, signal) };
  } catch (error) {
    await cells.close();
    throw error;
  }
}

/** Runs a small sample, and a larger one if it has too few cells of each label. */
async function larger(
  run: (cells: number) => Promise<{ seconds: number }>,
  small: number,
  most: number,
): Promise<{ seconds: number; cells: number }> {
  for (let cells = small; ; cells = Math.min(most, 2 * cells)) {
    try {
      return { ...(await run(cells)), cells };
    } catch (error) {
      if (cells >= most || !isGeneformerError(error, 'CellsUnfitError')) throw error;
    }
  }
}

/** Returns the options of a run on samples, whose output is temporary. */
function forSample(
  options: Options,
  files: readonly string[],
  renamed: ReadonlyMap<string, string>,
  folder: string,
): Options {
  const kept = Object.entries(options).filter(([name]) => !DROPPED.includes(name));
  const out = textOf(options, 'out');
  return {
    ...Object.fromEntries(kept),
    ...(out !== undefined && { out: join(folder, `out-${basename(out, extname(out))}${extname(out)}`) }),
    ...Object.fromEntries(files.map((name) => [name, renamed.get(textOf(options, name) ?? '')])),
  };
}

/** Measures how fast the disk takes a copy. */
async function bytesPerSecond(folder: string, clock: () => number): Promise<number> {
  const chunk = new Uint8Array(1 << 24);
  const began = clock();
  const file = await open(join(folder, 'speed'), 'w');
  await file.write(chunk);
  await file.sync();
  await file.close();
  return chunk.length / Math.max(1e-3, clock() - began);
}

/** Measures the search of neighbors among all pairs, which grows with the square of the cells and does not show in a sample. */
function pairSeconds(cells: number, json: object, clock: () => number): number {
  const { dimensions = 128 } = json as { dimensions?: number };
  const rows = Math.min(1500, Math.round(cells));
  const random = seededRandom(0);
  const data = Float32Array.from({ length: rows * dimensions }, () => random());
  const began = clock();
  new NearestNeighbors({ nNeighbors: Math.min(15, rows - 1) }).fit({ rows, cols: dimensions, data }).kneighbors();
  return ((clock() - began) * Math.min(cells, UP_TO_EXACT) * cells) / rows ** 2;
}
