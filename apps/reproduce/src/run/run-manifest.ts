import { writeFileAtomic } from '@geneformer-ts/core/node';
import path from 'node:path';
import type { Manifest } from './manifest.js';
import type { Task } from './plan.js';
import { readRecord } from './read-record.js';

/** `manifest.json` of a profile: what its results were made from, and the digests of everything that its tasks made. */
export interface RunManifest {
  schema: 2;
  experiment: string;
  profile: string;
  versions: { node: string; platform: string; commit: string; libraries: string[] };
  /** Map from the place of a seed in the parameters of a task to the seed: `finetune-geneformer-0.training.seed`. */
  seeds: Record<string, number>;
  /** Map from each file of real data that was read to its sha256, null where it was missing. */
  inputs: Record<string, string | null>;
  /** The manifests of the tasks, in the order in which they run. Tasks of other profiles have names with slashes. */
  stages: Record<string, Manifest>;
}

/** Writes `manifest.json`, unless it is already as it has to be. */
export async function writeRunManifest(
  results: string,
  { experiment, profile }: { experiment: string; profile: string },
  own: readonly Task[],
  made: ReadonlyMap<Task, Manifest>,
  libraries: string[],
): Promise<void> {
  const stages: Record<string, Manifest> = {};
  for (const [task, manifest] of made) {
    const isOwn = task.experiment === experiment && task.profile === profile;
    stages[isOwn ? task.name : `${task.experiment}/${task.profile}/${task.name}`] = manifest;
  }
  const newest = [...made.values()].at(-1);
  const manifest: RunManifest = {
    schema: 2,
    experiment,
    profile,
    versions: {
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      commit: newest?.environment.commit ?? 'unknown',
      libraries,
    },
    seeds: Object.fromEntries(own.flatMap(({ name, params }) => seedsIn(params, name))),
    inputs: Object.assign({}, ...[...made.values()].map(({ files }) => files)) as RunManifest['inputs'],
    stages,
  };
  const file = path.join(results, 'manifest.json');
  const text = JSON.stringify(manifest, null, 2) + '\n';
  if ((await readRecord(file)) !== text) await writeFileAtomic(file, text);
}

/** Returns every seed below some parameters. */
function seedsIn(value: unknown, at: string): [string, number][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): [string, number][] =>
    (key === 'seed' || key === 'randomState') && typeof inner === 'number'
      ? [[`${at}.${key}`, inner]]
      : seedsIn(inner, `${at}.${key}`),
  );
}
