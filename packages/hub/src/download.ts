import { ArgumentError, type GeneformerError, type Progress, timerMs } from '@geneformer-ts/core';
import { createFolder, fileError, fileTarget, replaceFile, sha256File } from '@geneformer-ts/core/node';
import { type FileHandle, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asset } from './catalog.js';
import { AssetDeniedError, AssetDownloadError, AssetMismatchError } from './errors.js';
import { claimPartial, releasePartial } from './partial.js';
import type { Source } from './places.js';
import { type Held, type Outcome, restart, transfer } from './transfer.js';

export interface DownloadOptions {
  onProgress?: Progress;
  signal?: AbortSignal;
  /** A connection that sends nothing for this many seconds is made again. More than 24 days count as 24 days. Default 60. */
  stallSeconds?: number;
  /** Largest accepted size, in bytes, of a file whose size is not in the catalog. Default 32 GiB. */
  mostBytes?: number;
  /** Seconds to wait before the first retry; doubled after each request that brings nothing. Default 1. */
  retrySeconds?: number;
}

/** Limits per source: requests in a row that bring nothing, and requests in total. */
const MOST_FRUITLESS = 4;
const MOST_REQUESTS = 60;
const LONGEST_WAIT_SECONDS = 60;
const MOST_BYTES = 2 ** 35;
/** Shortest time between two progress reports. */
const TELL_SECONDS = 0.25;

/** @throws ArgumentError when a limit is not a number, or below what it may be */
export function checkLimits({ stallSeconds = 60, mostBytes = MOST_BYTES, retrySeconds = 1 }: DownloadOptions): void {
  timerMs('stallSeconds', stallSeconds);
  if (!isAtLeast(mostBytes, 1)) throw ArgumentError.of('mostBytes', mostBytes, 'a number of bytes from 1');
  if (!isAtLeast(retrySeconds, 0)) throw ArgumentError.of('retrySeconds', retrySeconds, 'a number of seconds from 0');
}

function isAtLeast(value: unknown, least: number): boolean {
  return typeof value === 'number' && value >= least;
}

/**
 * Downloads an asset to `target`, which appears whole and checked or not at all. An interrupted download resumes where it
 * stopped, in this run or the next one, if the catalog has a digest to check the whole file against.
 *
 * @throws AssetDownloadError, AssetDeniedError, AssetMismatchError, FileAccessError
 */
export async function download(
  asset: Asset,
  target: string,
  sources: readonly Source[],
  options: DownloadOptions = {},
): Promise<{ bytes: number; sha256: string }> {
  await fileTarget(target);
  try {
    createFolder(dirname(target));
  } catch (cause) {
    throw fileError(target, cause);
  }
  const { path: partial, file } = await claimPartial(target, { resume: asset.sha256 !== null }).catch(
    (cause: unknown) => {
      throw fileError(target, cause);
    },
  );
  try {
    let sha256: string;
    let bytes: number;
    try {
      sha256 = await fill(asset, file, partial, sources, options);
      ({ size: bytes } = await file.stat());
      await file.sync();
    } finally {
      await file.close();
    }
    await replaceFile(target, (temporary) => rename(partial, temporary));
    return { bytes, sha256 };
  } catch (cause) {
    const held = (await stat(partial).catch(() => null))?.size ?? 0;
    // Without a digest, a later run could not tell whether the server still has the same file.
    if (held === 0 || asset.sha256 === null) await rm(partial, { force: true });
    throw fileError(target, cause);
  } finally {
    releasePartial(target, partial);
  }
}

/** Asks one source after another until the file is complete and correct. Returns its digest. */
async function fill(
  asset: Asset,
  file: FileHandle,
  partial: string,
  sources: readonly Source[],
  options: DownloadOptions,
): Promise<string> {
  const held: Held = { bytes: (await file.stat()).size };
  const failures: (GeneformerError | string)[] = [];
  for (const source of sources) {
    // Bytes of an earlier run or of another source may be wrong. In that case the file is downloaded again from the start.
    const mayRepeat = held.bytes > 0;
    let outcome = await exhaust(asset, source, file, held, options);
    let sha256 = outcome.kind === 'complete' ? await sha256File(partial) : '';
    if (mayRepeat && outcome.kind === 'complete' && isWrong(asset, sha256)) {
      await restart(file, held);
      outcome = await exhaust(asset, source, file, held, options);
      sha256 = outcome.kind === 'complete' ? await sha256File(partial) : '';
    }
    if (outcome.kind === 'complete' && !isWrong(asset, sha256)) return sha256;
    if (outcome.kind === 'complete') await restart(file, held);
    failures.push(failure(asset, source, outcome, sha256));
  }
  const [only] = failures;
  if (failures.length === 1 && only instanceof Error) throw only;
  const problems = failures.map((failure) => (typeof failure === 'string' ? failure : failure.message));
  throw new AssetDownloadError(asset.id, problems);
}

function isWrong(asset: Asset, sha256: string): boolean {
  return asset.sha256 !== null && sha256 !== asset.sha256;
}

/** Describes why a source did not deliver the asset. */
function failure(asset: Asset, source: Source, outcome: Outcome, sha256: string): GeneformerError | string {
  const { url, token, tokenVariable } = source;
  if (outcome.kind === 'denied') {
    const remedy =
      token === undefined
        ? `set ${tokenVariable} to a token that may read it`
        : `the token in ${tokenVariable} may not read it: accept the publisher's terms or use another`;
    return new AssetDeniedError(asset.id, url, outcome.status, remedy);
  }
  if (outcome.kind !== 'complete') return `${url} ${outcome.problem}`;
  const remedy = 'what was fetched is thrown away; name a mirror, or correct the catalog if the file was replaced';
  return new AssetMismatchError(asset.id, url, 'sha256', asset.sha256!, sha256, remedy);
}

/** Sends requests to one source until the file is complete or the source is given up. */
async function exhaust(
  asset: Asset,
  source: Source,
  file: FileHandle,
  held: Held,
  { onProgress, signal, stallSeconds = 60, mostBytes = MOST_BYTES, retrySeconds = 1 }: DownloadOptions,
): Promise<Outcome> {
  const onBytes = teller(asset, onProgress);
  const expected = asset.bytes;
  let outcome: Outcome = { kind: 'useless', problem: 'was not asked' };
  for (let requests = 0, fruitless = 0; requests < MOST_REQUESTS && fruitless < MOST_FRUITLESS; requests++) {
    const isForeign = asset.sha256 === null && held.tag === undefined;
    if (held.bytes > (isForeign ? 0 : (expected ?? Infinity))) await restart(file, held);
    if (held.bytes === expected) return { kind: 'complete' };
    const before = held.bytes;
    outcome = await transfer(source, file, held, { expected, mostBytes, stallSeconds, signal, onBytes });
    if (outcome.kind !== 'interrupted') return outcome;
    fruitless = held.bytes > before ? 0 : fruitless + 1;
    const wait = Math.max(outcome.waitSeconds ?? 0, retrySeconds * 2 ** fruitless);
    if (fruitless < MOST_FRUITLESS) await sleep(Math.min(wait, LONGEST_WAIT_SECONDS) * 1000, undefined, { signal });
  }
  return outcome;
}

function teller(asset: Asset, onProgress: DownloadOptions['onProgress']): (have: number) => void {
  const rate = new Rate();
  const total = asset.bytes ?? NaN;
  let next = 0;
  return (done) => {
    const now = performance.now() / 1000;
    if (now < next && done !== total) return;
    next = now + TELL_SECONDS;
    rate.add(now, done);
    const detail = rate.describe(total);
    onProgress?.({ stage: 'download', done, total, unit: 'bytes', ...(detail === '' ? {} : { detail }) });
  };
}

/** Measures the speed of a download and estimates the remaining time. */
class Rate {
  private readonly samples: [time: number, done: number][] = [];

  /** @param window seconds over which the speed is averaged */
  constructor(private readonly window = 10) {}

  /** @param time in seconds, from any clock that only goes forward */
  add(time: number, done: number): void {
    this.samples.push([time, done]);
    while (this.samples.length > 2 && time - this.samples[1][0] > this.window) this.samples.shift();
  }

  /** Returns `12.3 MB/s, 1 min 5 s left`, or an empty text while there are too few samples. */
  describe(total: number): string {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (!first || !last || last[0] - first[0] < 0.2 || last[1] <= first[1]) return '';
    const speed = (last[1] - first[1]) / (last[0] - first[0]);
    const left = (total - last[1]) / speed;
    const text = `${(speed / 1e6).toFixed(1)} MB/s`;
    return Number.isFinite(left) && left >= 0 ? `${text}, ${duration(left)} left` : text;
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
