/**
 * Runs one stage, unless its result with the same parameters, code and inputs is known.
 *
 * Nx first decides whether to start the stage; this module decides whether to compute anything. All clones on the machine share the store,
 * so a result is computed only once. A result is used only when all of its files are intact; missing or damaged files, also those of the
 * inputs, are recomputed.
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isGeneformerError } from '@geneformer-ts/core';
import { createFolder } from '@geneformer-ts/core/node';
import { NotReproducibleError } from '../errors.js';
import { describeEnvironment, type Environment } from '../results/metrics.js';
import { assertSameKey, differences, Inputs, targetOf } from './heal.js';
import { isWhole, knownResult, type Known } from './known-result.js';
import { Lock, type LockOptions, waitingMessage } from './lock.js';
import { digestOf, outputsDigest, sealManifest, type Manifest } from './manifest.js';
import { duration, ProgressLine } from './progress.js';
import { printNotice, progressTerminal } from './terminal.js';
import { publishResults } from './publish.js';
import { StageInputs, type Stage, type StageIdentity, type StageResult } from './stage.js';
import { Store, type Artifact } from './store.js';
import { userFileDigests } from './digest-memo.js';

export interface StageRequest {
  identity: StageIdentity;
  stage: Stage<unknown>;
  params: unknown;
  /** Names of the stages before this one: `tokenize`, or `<experiment>/<profile>/pretrain` for one of another profile. */
  inputs: readonly string[];
  /** Returns the request that runs an earlier stage, given its name among the inputs. */
  upstream: (input: string) => Promise<StageRequest>;
  /** The user's own files that the stage reads, as a map from name to full path. Default none. */
  files?: Readonly<Record<string, string>>;
  /** Fingerprint of the stage's code. */
  code: string;
  /** The compute backend, which may change the last bits of a result. */
  backend: string;
  /** `results/<experiment>/<profile>`. */
  resultsDirectory: string;
  /** Whether to compute the stage even if its result is known. Default false. */
  again?: boolean;
  /** Called with one line per output that was recomputed. Default: prints to stderr. */
  notice?: (line: string) => void;
  store?: Store;
  /** Aborts the stage, which then saves a checkpoint. */
  signal?: AbortSignal;
  /** Timing of the stage's lock, for tests. */
  lock?: Pick<LockOptions, 'everyMs' | 'staleMs'>;
}

export type RunStage = (request: StageRequest, expected?: Manifest) => Promise<Manifest>;

/**
 * Runs a stage and publishes its result.
 * @param expected the manifest of a damaged output that must be recomputed exactly
 * @throws StaleInputError when `expected` was made with other settings, code or files
 * @throws NotReproducibleError when a recomputed output differs
 */
export async function runStage(request: StageRequest, expected?: Manifest): Promise<Manifest> {
  const { identity, resultsDirectory, store = new Store(), notice = printNotice } = request;
  const name = identity.words.join('-');
  const { inputs, files, key } = await identify(request, store);
  if (expected) assertSameKey(request, key, files, expected);
  const look = () => knownResult(request, key, store, notice);
  const found = await look();
  const manifest = isWhole(found)
    ? found.known
    : await makeAgain({ request, name, inputs, files, key, store, notice, look });
  await publishResults(resultsDirectory, name, manifest, store);
  return manifest;
}

interface Making {
  request: StageRequest;
  name: string;
  inputs: Inputs;
  files: Manifest['files'];
  key: string;
  store: Store;
  notice: (line: string) => void;
  look: () => Promise<Known>;
}

/** Runs the stage under a lock: a second process that needs the same result waits and then uses it. */
async function makeAgain(making: Making): Promise<Manifest> {
  const { request, name, inputs, files, key, store, notice, look } = making;
  const scratch = store.workDirectory(key);
  // The lock is beside the folder, because the folder is removed before the lock is released.
  const lock = await Lock.acquire(`${scratch}.lock`, {
    stage: name,
    signal: request.signal,
    onWait: (holder) => progressTerminal().write(`${waitingMessage(holder, request.identity)}\n`),
    ...request.lock,
  });
  try {
    const found = await look();
    if (isWhole(found)) return found.known;
    const { known, damage } = found;
    const started = performance.now();
    const environment = known?.environment ?? describeEnvironment();
    createFolder(scratch);
    const result = await produce(making, scratch, environment, lock.lost);
    lock.assertHeld();
    const made = sealManifest({
      ...describeRun(request, name, inputs, files, key),
      environment,
      outputs: await adoptAll(result, store),
      facts: result.facts ?? {},
      timing: result.timing ?? {},
      seconds: Math.round(performance.now() - started) / 1000,
    });
    // A recomputed output keeps its first manifest, because reports show the time of the first run.
    const isSame = known !== undefined && outputsDigest(known) === outputsDigest(made);
    const manifest = isSame ? known : made;
    lock.assertHeld();
    await store.writeStage(manifest);
    await rm(scratch, { recursive: true, force: true });
    if (known && !isSame) throw new NotReproducibleError(name, differences(known, made), targetOf(request));
    if (damage !== undefined) notice(`${name}: ${damage}; recomputed in ${duration(made.seconds)}`);
    return manifest;
  } finally {
    await lock.release();
  }
}

/** Returns everything that determines the result of a stage: its inputs, its files and its key. */
export async function identify(request: StageRequest, store: Store) {
  const { identity, params, code, backend } = request;
  const inputs = await Inputs.read({ ...request, store }, store, runStage);
  const files = await userFileDigests(request.files ?? {}, store);
  const key = digestOf({
    experiment: identity.experiment,
    stage: identity.words.join('-'),
    params,
    inputs: inputs.digests(),
    ...(Object.keys(files).length > 0 && { files }),
    code,
    backend,
  });
  return { inputs, files, key };
}

function describeRun(request: StageRequest, stage: string, inputs: Inputs, files: Manifest['files'], key: string) {
  const { identity, params, code, backend } = request;
  return {
    schema: 1 as const,
    experiment: identity.experiment,
    profile: identity.profile,
    stage,
    key,
    params,
    inputs: inputs.digests(),
    files,
    code,
    backend,
    versions: { node: process.version, platform: `${process.platform}-${process.arch}` },
  };
}

/** Runs the stage on intact inputs; recomputes an input first if it is found damaged when the stage reads it. */
async function produce(
  { request, name, inputs, store, notice }: Making,
  scratch: string,
  environment: Environment,
  lost: AbortSignal,
): Promise<StageResult> {
  const signal = request.signal ? AbortSignal.any([request.signal, lost]) : lost;
  await empty(scratch, (entry) => entry.startsWith('resume'));
  await inputs.verify();
  for (;;) {
    const given = new StageInputs(inputs.manifests, store, inputs.damagesOf);
    let result: StageResult | undefined;
    try {
      result = await execute(request, name, given, scratch, environment, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (isGeneformerError(error, 'ResumeDamagedError', 'ResumeMismatchError')) {
        notice(
          `${name}: the checkpoint of a killed run cannot be resumed (${error.message}); started from the beginning`,
        );
        await empty(scratch);
        continue;
      }
      if (!given.refused) throw error;
    }
    if (!given.refused) await inputs.verify(); // a file may have been damaged while it was read
    const damaged = given.refused ?? given.used.find((asked) => inputs.damagesOf(asked).length > 0);
    if (!damaged && result) return result;
    if (damaged !== given.refused) await empty(scratch); // it may contain files made from the damaged input
    if (damaged) await inputs.heal(damaged);
  }
}

async function adoptAll({ outputs, publish = {} }: StageResult, store: Store): Promise<Record<string, Artifact>> {
  const artifacts: Record<string, Artifact> = {};
  for (const [output, file] of Object.entries(outputs)) artifacts[output] = await store.adopt(file);
  for (const [output, file] of Object.entries(publish)) artifacts[`published/${output}`] = await store.adopt(file);
  return artifacts;
}

/** Empties the scratch folder, except for entries that `keep` accepts. */
async function empty(scratch: string, keep: (name: string) => boolean = () => false): Promise<void> {
  for (const name of await readdir(scratch)) {
    if (keep(name)) continue;
    await rm(path.join(scratch, name), { recursive: true, force: true });
  }
}

async function execute(
  request: StageRequest,
  name: string,
  inputs: StageInputs,
  scratch: string,
  environment: Environment,
  signal: AbortSignal,
) {
  const line = new ProgressLine(name);
  try {
    signal.throwIfAborted();
    const { identity, params, stage } = request;
    return await stage.run({ identity, params, inputs, scratch, progress: line.report, signal, environment });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    line.end();
  }
}
