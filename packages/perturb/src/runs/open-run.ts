import { listSome } from '@geneformer-ts/core';
import { existsSync } from '@geneformer-ts/core/system';
import { parquetMetadataAsync } from 'hyparquet';
import type { PartRows } from './compute-part.js';
import { partPath, partProblem, readPart } from './part-file.js';
import { withParquet } from './parquet-file.js';
import { readManifest, type RunManifest, RunMismatchError } from './run-manifest.js';

/** A complete run on disk. */
export interface PerturbationRun extends RunManifest {
  /** Reads the parts in order, each a range of the sequences. */
  parts(): AsyncGenerator<PartRows>;
}

/**
 * Opens the results of `perturbCells`, after checking that every part is there and belongs to the run.
 *
 * ```ts
 * const run = await openRun('deleted');
 * for await (const { target, shift } of run.parts()) console.log(target.length, shift[0]);
 * ```
 *
 * @throws RunMismatchError that lists missing parts
 */
export async function openRun(folder: string): Promise<PerturbationRun> {
  const manifest = await readManifest(folder);
  const { partCount, digest, sequences, columns } = manifest;
  const paths = Array.from({ length: partCount }, (_, index) => partPath(folder, index));
  const missing = paths.flatMap((path, index) => (existsSync(path) ? [] : [String(index)]));
  if (missing.length > 0) {
    const problem = `${missing.length} of ${partCount} parts are missing: ${listSome(missing)}`;
    throw new RunMismatchError(folder, problem, 'run the missing shards again');
  }
  let first = 0;
  for (const path of paths) {
    const count = await rowCount(path);
    const problem = await partProblem(path, { index: 0, first, end: first + count }, digest);
    if (problem) throw new RunMismatchError(path, problem, 'remove it and run again');
    first += count;
  }
  if (first !== sequences) {
    throw new RunMismatchError(folder, `has ${first} of ${sequences} sequences`, 'remove it and run again');
  }
  return {
    ...manifest,
    async *parts() {
      for (const path of paths) yield await readPart(path, columns);
    },
  };
}

async function rowCount(path: string): Promise<number> {
  try {
    return Number((await withParquet(path, (file) => parquetMetadataAsync(file))).num_rows);
  } catch {
    return 0;
  }
}
