/**
 * Runs one stage, unless its result with the same parameters, code and inputs is known.
 *
 * All clones on the machine share the store, so a result is computed only once. A result is used only when all of its files are intact;
 * missing or damaged files, also those of the inputs, are recomputed.
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isGeneformerError, type Progress } from '@geneformer-ts/core';
import { createFolder } from '@geneformer-ts/core/node';
import { NotReproducibleError } from '../errors.js';
import { describeEnvironment, type Environment } from '../results/metrics.js';
import { assertSameKey, differences, type Inputs, targetOf } from './heal.js';
import { identify, isWhole, knownResult, type Known } from './known-result.js';
import { Lock, type LockOptions, waitingMessage } from './lock.js';
import { outputsDigest, sealManifest, type Manifest } from './manifest.js';
import { duration, printNotice } from './terminal.js';
import { publishResults } from './publish.js';
import { TaskInputs, type TaskIdentity, type Work, type WorkResult } from './stage.js';
import { Store, type Artifact } from './store.js';

export interface StageRequest {
  identity: TaskIdentity;
  /** Loads the stage's code. */
  work: () => Promise<Work>;
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
  progress?: Progress;
  /** Called with a line per output that was recomputed, and when another process holds the lock. Default: prints to stderr. */
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
  const { name } = identity;
  const { inputs, files, key } = await identify(request, store, runStage);
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
    onWait: (holder) => notice(waitingMessage(holder, request.identity)),
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
): Promise<WorkResult> {
  const signal = request.signal ? AbortSignal.any([request.signal, lost]) : lost;
  await empty(scratch, (entry) => entry.startsWith('resume'));
  await inputs.verify();
  for (;;) {
    const given = new TaskInputs(inputs.manifests, store, inputs.damagesOf);
    let result: WorkResult | undefined;
    try {
      result = await execute(request, given, scratch, environment, signal);
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

async function adoptAll({ outputs }: WorkResult, store: Store): Promise<Record<string, Artifact>> {
  const artifacts: Record<string, Artifact> = {};
  for (const [output, file] of Object.entries(outputs)) artifacts[output] = await store.adopt(file);
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
  inputs: TaskInputs,
  scratch: string,
  environment: Environment,
  signal: AbortSignal,
) {
  const { work, progress = () => undefined } = request;
  try {
    signal.throwIfAborted();
    return await (
      await work()
    )({ inputs, scratch, progress, signal, environment });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  }
}
