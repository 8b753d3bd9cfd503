import type { Progress } from '@geneformer-ts/core';
import { sha256, sha256File, writeFileAtomic } from '@geneformer-ts/core/node';
import { join, readdir, readFile } from '@geneformer-ts/core/system';
import { type AnnData, createDataset, openDataset } from '@geneformer-ts/io';
import { NoCellsError } from '@geneformer-ts/tokenizer';
import type { CountOptions } from '../cells/count-options.js';
import { type TokenizedFile, tokenizeFile } from '../cells/tokenize-file.js';
import type { TokenFormat } from '../cells/tokenized-cells.js';
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
import { joinCountsReports } from './vector-run.js';

interface Calls {
  onProgress: Progress;
  signal?: AbortSignal;
}

/** The file beside the dataset of a complete part. */
interface TokenPart {
  run: string;
  from: number;
  to: number;
  /** Digest of the files of the dataset. */
  sha256: string;
  result: TokenizedFile;
}

/**
 * Tokenizes the parts of a share that are missing, each into a dataset of its own in the folder of the run.
 *
 * @throws RunMismatchError if the folder has another run; the errors of `tokenizeCells`
 */
export async function tokenizeShard(
  folder: string,
  run: RowRun,
  shard: Shard,
  cells: AnnData,
  { format, counts }: { format: TokenFormat; counts: CountOptions & { attributes: 'all' | readonly string[] } },
  { onProgress, signal }: Calls,
): Promise<ShardOutcome> {
  const own = partsOfShard(run, shard);
  await beginRun(folder, run);
  const total = own.reduce((sum, { from, to }) => sum + to - from, 0);
  let [found, done] = [0, 0];
  for (const part of own) {
    const { from, to } = part;
    if (await readPart(folder, part, run.digest)) found++;
    else {
      const dataset = partPath(folder, part, '.dataset');
      const within: Progress = (event) => onProgress({ ...event, done: done + event.done, total });
      const calls = { ...counts, onProgress: within, ...(signal && { signal }), rows: { from, to } };
      const result = await tokenizeFile(cells, dataset, format, calls);
      const stored: TokenPart = { run: run.digest, from, to, sha256: await datasetDigest(dataset), result };
      await writeFileAtomic(partPath(folder, part, '.json'), JSON.stringify(stored));
    }
    done += to - from;
  }
  return { parts: own.length, found, partCount: partsOf(run).length, rows: total };
}

/**
 * Joins the parts of a run into one dataset, with the same bytes as the tokens of the undivided file.
 *
 * @throws RunMismatchError that lists the parts that are missing or damaged; NoCellsError if no cell has a known gene
 */
export async function joinTokens(
  folder: string,
  run: RowRun,
  out: string,
  { onProgress, signal }: Calls,
): Promise<TokenizedFile> {
  await checkRun(folder, run);
  const parts = partsOf(run);
  const stored = await Promise.all(parts.map((part) => readPart(folder, part, run.digest)));
  const missing = parts.filter((_, at) => !stored[at]).map(({ index }) => index);
  if (missing.length > 0) throw missingParts(folder, missing, parts.length);
  const results = stored.map((part) => part!.result);
  const report = joinCountsReports(results.map((result) => result.report));
  const cells = results.reduce((sum, result) => sum + result.cells, 0);
  if (cells === 0) throw new NoCellsError(report.path, { ...report.cells, counts: report.counts.total });
  const { features, metadata } = await openDataset(partPath(folder, parts[0], '.dataset'));
  const dataset = await createDataset(out, features, { metadata });
  try {
    for (const part of parts) {
      for await (const batch of (await openDataset(partPath(folder, part, '.dataset'))).batches()) {
        signal?.throwIfAborted();
        if (batch.rows > 0) await dataset.append(batch);
      }
      onProgress({ stage: 'merge', done: part.to, total: run.rows, unit: 'cells' });
    }
    await dataset.close();
  } catch (error) {
    await dataset.abort();
    throw error;
  }
  const tokens = results.reduce((sum, result) => sum + result.tokens, 0);
  return { ...results[0], cells, tokens, report };
}

/** Returns what is stored about a part; undefined if it is missing, damaged, or of another run. */
async function readPart(folder: string, part: RowPart, digest: string): Promise<TokenPart | undefined> {
  try {
    const stored = JSON.parse(await readFile(partPath(folder, part, '.json'), 'utf8')) as TokenPart;
    const isSame = stored.run === digest && stored.from === part.from && stored.to === part.to;
    return isSame && stored.sha256 === (await datasetDigest(partPath(folder, part, '.dataset'))) ? stored : undefined;
  } catch {
    // A part that cannot be read is computed again.
    return undefined;
  }
}

async function datasetDigest(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  return sha256(
    (await Promise.all(names.map(async (name) => `${name} ${await sha256File(join(folder, name))}`))).join(),
  );
}
