/**
 * Runs one stage, unless it has been run before with the same parameters, code and inputs.
 *
 * Nx decides first whether the stage must be asked at all; this decides whether it must do anything. The store is shared by all clones on the
 * machine, so a result that any of them has made is not made again.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '@geneformer-ts/io';
import { InterruptedError, MissingArtefactError } from '../errors.js';
import { digestOf, outputsDigest, type Manifest } from './manifest.js';
import { lockDirectory } from './lock.js';
import { ProgressLine } from './progress.js';
import { StageInputs, type Stage, type StageIdentity } from './stage.js';
import { Store, type Artefact } from './store.js';

export interface StageRequest {
  identity: StageIdentity;
  stage: Stage<unknown>;
  params: unknown;
  /** Names of the stages before this one: `tokenize`, or `<experiment>/<profile>/pretrain` for one of another profile. */
  inputs: readonly string[];
  /** Fingerprint of the stage's code. */
  code: string;
  /** The compute backend, which may change the last bits of a result. */
  backend: string;
  /** `results/<experiment>/<profile>`. */
  resultsDirectory: string;
  /** Compute even what is known. Default false. */
  again?: boolean;
  store?: Store;
}

export async function runStage(request: StageRequest): Promise<Manifest> {
  const { identity, resultsDirectory, code, backend, params, store = new Store() } = request;
  const name = identity.words.join('-');
  const manifests = await readInputs(resultsDirectory, request.inputs, store);
  const inputs = Object.fromEntries([...manifests].map(([stage, manifest]) => [stage, outputsDigest(manifest)]));
  const { experiment, profile } = identity;
  const key = digestOf({ experiment, stage: name, params, inputs, code, backend });

  let manifest = request.again ? undefined : await store.readStage<Manifest>(key);
  if (!manifest || !isWhole(manifest, store)) {
    const scratch = store.workDirectory(key);
    const unlock = lockDirectory(scratch, name);
    try {
      const started = performance.now();
      const { outputs, facts, timing, publish } = await execute(
        request,
        name,
        new StageInputs(manifests, store),
        scratch,
      );
      const artefacts: Record<string, Artefact> = {};
      for (const [output, file] of Object.entries(outputs)) artefacts[output] = await store.adopt(file);
      for (const [output, file] of Object.entries(publish ?? {})) {
        artefacts[`published/${output}`] = await store.adopt(file);
      }
      manifest = {
        schema: 1,
        experiment,
        profile,
        stage: name,
        key,
        params,
        inputs,
        code,
        backend,
        versions: { node: process.version, platform: `${process.platform}-${process.arch}` },
        outputs: artefacts,
        facts: facts ?? {},
        timing: timing ?? {},
        seconds: Math.round(performance.now() - started) / 1000,
      };
      await store.writeStage(key, manifest);
    } finally {
      unlock();
    }
    await rm(scratch, { recursive: true, force: true });
  }
  await publishResults(resultsDirectory, name, manifest, store);
  return manifest;
}

async function execute(request: StageRequest, name: string, inputs: StageInputs, scratch: string) {
  const line = new ProgressLine(name);
  const controller = new AbortController();
  const interrupt = () => controller.abort(new InterruptedError(name));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const { identity, params, stage } = request;
    const { signal } = controller;
    const result = await stage.run({ identity, params, inputs, scratch, progress: line.report, signal });
    signal.throwIfAborted();
    return result;
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error;
  } finally {
    line.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function readInputs(results: string, names: readonly string[], store: Store): Promise<Map<string, Manifest>> {
  const manifests = new Map<string, Manifest>();
  for (const name of names) {
    const at = name.lastIndexOf('/');
    const folder = at < 0 ? results : path.join(results, '../..', name.slice(0, at));
    const file = path.join(folder, 'stages', name.slice(at + 1), 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
    for (const { digest } of Object.values(manifest.outputs)) {
      if (store.has(digest)) continue;
      throw new MissingArtefactError(name, digest, store.root, `${manifest.experiment}:${manifest.profile}`);
    }
    manifests.set(name, manifest);
  }
  return manifests;
}

function isWhole(manifest: Manifest, store: Store): boolean {
  return Object.values(manifest.outputs).every(({ digest }) => store.has(digest));
}

/** Leaves the manifest where Nx keeps it, and the figures and tables where a person looks for them. */
async function publishResults(results: string, name: string, manifest: Manifest, store: Store): Promise<void> {
  for (const [output, { digest, files }] of Object.entries(manifest.outputs)) {
    if (!output.startsWith('published/')) continue;
    const target = path.join(results, output.slice('published/'.length));
    const [only] = Object.keys(files);
    const isFile = path.extname(target) !== '';
    const incoming = `${target}.incoming-${process.pid}`;
    await mkdir(path.dirname(target), { recursive: true });
    await cp(isFile ? path.join(store.path(digest), only ?? '') : store.path(digest), incoming, { recursive: true });
    if (existsSync(target)) await rm(target, { recursive: true });
    await rename(incoming, target);
  }
  const folder = path.join(results, 'stages', name);
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(path.join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');
  await writeFileAtomic(path.join(folder, 'outputs.json'), JSON.stringify(outputsDigest(manifest)) + '\n');
}
