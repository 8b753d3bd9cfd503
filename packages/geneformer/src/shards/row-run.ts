import { ArgumentError, FormatError, listSome, messageOf } from '@geneformer-ts/core';
import { readTextFile, writeFileAtomic } from '@geneformer-ts/core/node';
import { existsSync, join } from '@geneformer-ts/core/system';
import { RunMismatchError } from '@geneformer-ts/perturb';

/** The share of a process. */
export interface Shard {
  index: number;
  count: number;
}

/** A run over the rows of a file, in parts that several processes compute and one joins. */
export interface RowRun {
  /** The computation, such as `embed`. */
  kind: string;
  /** Digest of everything that the results depend on. */
  digest: string;
  /** Number of rows of the file. */
  rows: number;
  /** Rows per part; the last part may have fewer. */
  partRows: number;
}

/** A range of the rows, which one process computes and writes at once. */
export interface RowPart {
  index: number;
  from: number;
  to: number;
}

/** What a share of a run did. */
export interface ShardOutcome {
  /** Parts of this share. */
  parts: number;
  /** Parts of this share that were there already. */
  found: number;
  /** Parts of the whole run. */
  partCount: number;
  /** Number of rows of this share. */
  rows: number;
}

const FILE = 'run.json';
const SCHEMA = 1;

/** Returns the parts of a run, which do not depend on the number of shards. */
export function partsOf({ rows, partRows }: Pick<RowRun, 'rows' | 'partRows'>): RowPart[] {
  return Array.from({ length: Math.ceil(rows / partRows) }, (_, index) => ({
    index,
    from: index * partRows,
    to: Math.min(rows, (index + 1) * partRows),
  }));
}

/**
 * Returns the parts of a share. They are neighbors, so that a process reads one range of the file.
 *
 * @throws ArgumentError unless `index` is one of `count` shards
 */
export function partsOfShard(run: RowRun, { index, count }: Shard): RowPart[] {
  if (!(Number.isSafeInteger(count) && Number.isSafeInteger(index) && count >= 1 && index >= 0 && index < count)) {
    throw ArgumentError.of('shard', { index, count }, 'an index from 0 to count − 1');
  }
  const parts = partsOf(run);
  return parts.slice(Math.floor((index / count) * parts.length), Math.floor(((index + 1) / count) * parts.length));
}

/**
 * Writes the manifest of a run into its folder, or checks that the folder has the same.
 *
 * @throws RunMismatchError
 */
export async function beginRun(folder: string, run: RowRun): Promise<void> {
  if (existsSync(join(folder, FILE))) {
    await checkRun(folder, run);
    return;
  }
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify({ schema: SCHEMA, ...run }, null, 2)}\n`);
}

/**
 * Checks that a folder has the parts of a run.
 *
 * @throws RunMismatchError if it has those of another; FileMissingError; FormatError
 */
export async function checkRun(folder: string, run: RowRun): Promise<void> {
  const { digest } = await readRun(folder);
  if (digest === run.digest) return;
  const problem = 'has a run with other cells, another model or other options';
  throw new RunMismatchError(folder, problem, 'name another folder, or remove it');
}

/** Returns the error that names the parts that are missing or damaged. */
export function missingParts(folder: string, parts: readonly number[], count: number): RunMismatchError {
  const problem = `${parts.length} of ${count} parts are missing or damaged: ${listSome(parts.map(String))}`;
  return new RunMismatchError(folder, problem, 'run the missing shards again');
}

/** Returns the path of a part. */
export function partPath(folder: string, { index }: RowPart, ending: string): string {
  return join(folder, 'parts', `part-${String(index).padStart(6, '0')}${ending}`);
}

async function readRun(folder: string): Promise<RowRun> {
  const path = join(folder, FILE);
  const text = await readTextFile(path, 2 ** 20);
  const remedy = 'give a folder that shards of a run were written into';
  let stored: Partial<RowRun> & { schema?: unknown };
  try {
    stored = JSON.parse(text) as typeof stored;
  } catch (cause) {
    throw new FormatError(path, 'run', `is not JSON (${messageOf(cause)})`, remedy, { cause });
  }
  const { schema, digest, rows, partRows } = stored ?? {};
  if (schema !== SCHEMA || typeof digest !== 'string' || !Number.isInteger(rows) || !((partRows ?? 0) >= 1)) {
    throw new FormatError(path, 'run', `is not of schema ${SCHEMA}`, remedy);
  }
  return stored as RowRun;
}
