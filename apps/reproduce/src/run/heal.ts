/** The outputs of earlier stages; recomputes those that are missing or damaged. */
import path from 'node:path';
import { StaleInputError, NotReproducibleError } from '../errors.js';
import { outputsDigest, type Manifest } from './manifest.js';
import { readPublishedManifest } from './publish.js';
import type { RunStage, StageRequest } from './run-stage.js';
import type { AskedOutput } from './stage.js';
import type { Damage, Store } from './store.js';

export class Inputs {
  private readonly damages = new Map<string, Damage[]>();

  private constructor(
    readonly manifests: ReadonlyMap<string, Manifest>,
    private readonly request: StageRequest,
    private readonly store: Store,
    private readonly run: RunStage,
  ) {}

  /** Reads the manifests of all inputs; runs a stage again if its manifest is missing or damaged. */
  static async read(request: StageRequest, store: Store, run: RunStage): Promise<Inputs> {
    const manifests = new Map<string, Manifest>();
    for (const name of request.inputs) {
      const { results, stage } = placeOf(request.resultsDirectory, name);
      const found = await readPublishedManifest(results, stage);
      manifests.set(name, typeof found === 'object' ? found : await publishAgain(name, found, request, run));
    }
    return new Inputs(manifests, request, store, run);
  }

  /** Returns a map from stage to the digest of its outputs. */
  digests(): Record<string, string> {
    return Object.fromEntries([...this.manifests].map(([stage, manifest]) => [stage, outputsDigest(manifest)]));
  }

  /** Compares every file of every output of every input with its digest. */
  async verify(): Promise<void> {
    this.damages.clear();
    for (const [stage, { outputs }] of this.manifests) {
      for (const [output, artifact] of Object.entries(outputs)) {
        const found = (await this.store.damages(artifact)).filter(({ state }) => state !== 'foreign');
        if (found.length > 0) this.damages.set(keyOf({ task: stage, output }), found);
      }
    }
  }

  readonly damagesOf = (asked: AskedOutput): readonly Damage[] => this.damages.get(keyOf(asked)) ?? [];

  /**
   * Recomputes a damaged output by running its stage again.
   * @throws StaleInputError when the settings, code or files of that stage have changed
   * @throws NotReproducibleError when the new output differs
   */
  async heal({ task: stage }: AskedOutput): Promise<void> {
    const expected = this.manifest(stage);
    const upstream = await upstreamOf(this.request, stage);
    const healed = await this.run(upstream, expected);
    if (outputsDigest(healed) !== outputsDigest(expected)) {
      throw new NotReproducibleError(stage, differences(expected, healed), targetOf(upstream));
    }
    await this.verify();
  }

  private manifest(stage: string): Manifest {
    const manifest = this.manifests.get(stage);
    if (!manifest) throw new Error(`stage "${stage}" is not an input; see the declaration of the experiment`);
    return manifest;
  }
}

async function publishAgain(
  name: string,
  state: 'damaged' | undefined,
  request: StageRequest,
  run: RunStage,
): Promise<Manifest> {
  const manifest = await run(await upstreamOf(request, name));
  request.notice?.(`${name}: its manifest in the results is ${state ?? 'missing'}; rewritten`);
  return manifest;
}

/** Returns the request for an earlier stage, with the same cache, notices, signal and lock options. */
async function upstreamOf(request: StageRequest, name: string): Promise<StageRequest> {
  const { upstream, store, notice, signal, lock } = request;
  const shared = {
    ...(store && { store }),
    ...(notice && { notice }),
    ...(signal && { signal }),
    ...(lock && { lock }),
  };
  return { ...(await upstream(name)), ...shared };
}

/** Returns the command that computes a task again, without `npx nx run`. */
export function targetOf({ identity: { experiment, profile, name } }: StageRequest): string {
  return `reproduce:${experiment}:${profile} --again ${name}`;
}

/** Returns the names of the outputs in which two manifests differ, and `facts` if these differ. */
export function differences(before: Manifest, after: Manifest): string[] {
  const names = new Set([...Object.keys(before.outputs), ...Object.keys(after.outputs)]);
  const differing = [...names].filter((name) => before.outputs[name]?.digest !== after.outputs[name]?.digest);
  const digests = [before, after].map(({ facts }) => outputsDigest({ outputs: {}, facts }));
  return digests[0] === digests[1] ? differing : [...differing, 'facts'];
}

/**
 * Checks that a stage still has the key with which the damaged output was made.
 * @throws StaleInputError when the key differs; the message names what changed
 */
export function assertSameKey(request: StageRequest, key: string, now: Manifest['files'], expected: Manifest): void {
  if (key === expected.key) return;
  const files = Object.keys({ ...now, ...expected.files }).filter((name) => now[name] !== expected.files[name]);
  const reasons = [
    ...files,
    ...(request.code === expected.code ? [] : ['the code']),
    ...(request.backend === expected.backend ? [] : [`the backend (${expected.backend}, now ${request.backend})`]),
  ];
  throw new StaleInputError(expected.stage, reasons.join(', ') || 'the settings or the inputs', targetOf(request));
}

/** Splits the name of an input: `tokenize` is a stage of the same profile, `pretrain/profiles/pretrain` one of another. */
function placeOf(results: string, name: string): { results: string; stage: string } {
  const at = name.lastIndexOf('/');
  return at < 0
    ? { results, stage: name }
    : { results: path.join(results, '../..', name.slice(0, at)), stage: name.slice(at + 1) };
}

function keyOf({ task, output }: AskedOutput): string {
  return `${task} ${output}`;
}
