/**
 * Runs one stage, unless it has been run before with the same parameters, code and inputs.
 *
 * Nx decides first whether the stage must be asked at all; this decides whether it must do anything. The store is shared by all clones on the
 * machine, so a result that any of them has made is not made again. A result is used only when every file of it is as it was made;
 * what is missing or damaged, here or among the inputs, is made again.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isGeneformerError } from '@geneformer-ts/core';
import { NotReproducibleError } from '../errors.js';
import { describeEnvironment } from '../results/environment.js';
import type { Environment } from '../results/metrics.js';
import { assertSameKey, differences, Inputs, targetOf } from './heal.js';
import { isWhole, knownResult, type Known } from './known-result.js';
import { Lock, type LockOptions } from './lock.js';
import { digestOf, outputsDigest, sealManifest, type Manifest } from './manifest.js';
import { duration, ProgressLine } from './progress.js';
import { printNotice } from './print.js';
import { publishResults } from './publish.js';
import { StageInputs, type Stage, type StageIdentity, type StageResult } from './stage.js';
import { Store, type Artefact } from './store.js';
import { progressTerminal } from './terminal.js';
import { userFileDigests } from './user-files.js';
import { waitingMessage } from './waiting-message.js';

export interface StageRequest {
  identity: StageIdentity;
  stage: Stage<unknown>;
  params: unknown;
  /** Names of the stages before this one: `tokenize`, or `<experiment>/<profile>/pretrain` for one of another profile. */
  inputs: readonly string[];
  /** How a stage before this one is run, by its name among the inputs. */
  upstream: (input: string) => Promise<StageRequest>;
  /** The person's own files that the stage reads: name → full path. Default none. */
  files?: Readonly<Record<string, string>>;
  /** Fingerprint of the stage's code. */
  code: string;
  /** The compute backend, which may change the last bits of a result. */
  backend: string;
  /** `results/<experiment>/<profile>`. */
  resultsDirectory: string;
  /** Compute even what is known. Default false. */
  again?: boolean;
  /** Is told, in one line, of everything that had to be made again. Default: stderr. */
  notice?: (line: string) => void;
  store?: Store;
  /** Ends the stage, which then saves what it has. */
  signal?: AbortSignal;
  /** How the stage's lock beats, for tests. */
  lock?: Pick<LockOptions, 'everyMs' | 'staleMs'>;
}

export type RunStage = (request: StageRequest, expected?: Manifest) => Promise<Manifest>;

/**
 * @param expected the manifest of an output that must be made again, exactly as it was
 * @throws StaleInputError when `expected` was made with other settings, code or files
 * @throws NotReproducibleError when a damaged output came out different
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

/** Runs the stage, alone: of two processes that ask for the same result, the second finds it made. */
async function makeAgain(making: Making): Promise<Manifest> {
  const { request, name, inputs, files, key, store, notice, look } = making;
  const scratch = store.workDirectory(key);
  // Beside the folder, not in it: the folder is removed before the lock is given back.
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
    await mkdir(scratch, { recursive: true });
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
    // An output that was only made again keeps the record of how it was first made: reports tell how long that took.
    const isSame = known !== undefined && outputsDigest(known) === outputsDigest(made);
    const manifest = isSame ? known : made;
    lock.assertHeld();
    await store.writeStage(manifest);
    await rm(scratch, { recursive: true, force: true });
    if (known && !isSame) throw new NotReproducibleError(name, differences(known, made), targetOf(request));
    if (damage !== undefined) notice(`${name}: ${damage}; made again in ${duration(made.seconds)}`);
    return manifest;
  } finally {
    await lock.release();
  }
}

/** What decides the result of a stage. */
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

/** Runs the stage on inputs that are whole; one that turns out to be damaged when it is asked for is made again first. */
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
        notice(`${name}: the work of a killed run cannot be resumed (${error.message}); started afresh`);
        await empty(scratch);
        continue;
      }
      if (!given.refused) throw error;
    }
    if (!given.refused) await inputs.verify(); // a file may have been damaged while it was read
    const damaged = given.refused ?? given.used.find((asked) => inputs.damagesOf(asked).length > 0);
    if (!damaged && result) return result;
    if (damaged !== given.refused) await empty(scratch); // it may hold something made from the damaged input
    if (damaged) await inputs.heal(damaged);
  }
}

async function adoptAll({ outputs, publish = {} }: StageResult, store: Store): Promise<Record<string, Artefact>> {
  const artefacts: Record<string, Artefact> = {};
  for (const [output, file] of Object.entries(outputs)) artefacts[output] = await store.adopt(file);
  for (const [output, file] of Object.entries(publish)) artefacts[`published/${output}`] = await store.adopt(file);
  return artefacts;
}

/** Removes what a killed run left, except what is kept. */
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
