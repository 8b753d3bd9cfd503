/** Finds the result of an earlier run and checks the store's copy of it. Loads no stage, so that it is cheap to ask. */
import path from 'node:path';
import { userFileDigests } from './digest-memo.js';
import { Inputs } from './heal.js';
import { digestOf, type Manifest } from './manifest.js';
import { readPublishedManifest } from './publish.js';
import type { RunStage, StageRequest } from './run-stage.js';
import type { Store } from './store.js';

export interface Known {
  known: Manifest | undefined;
  /** Describes the damage to the store's copy; undefined when it is intact or when no result exists. */
  damage?: string;
}

export function isWhole(found: Known): found is Known & { known: Manifest } {
  return found.known !== undefined && found.damage === undefined;
}

/**
 * Returns everything that determines the result of a task: its inputs, its files and its key.
 * @param run used for an input whose manifest is missing or damaged
 */
export async function identify(request: StageRequest, store: Store, run: RunStage) {
  const { identity, params, code, backend } = request;
  const inputs = await Inputs.read({ ...request, store }, store, run);
  const files = await userFileDigests(request.files ?? {}, store);
  const key = digestOf({
    experiment: identity.experiment,
    stage: identity.name,
    params,
    inputs: inputs.digests(),
    ...(Object.keys(files).length > 0 && { files }),
    code,
    backend,
  });
  return { inputs, files, key };
}

/** Returns the result of an earlier run with this key: the store's record or, where that is lost, the manifest in the results. */
export async function knownResult(
  { identity, resultsDirectory, again }: StageRequest,
  key: string,
  store: Store,
  notice: (line: string) => void,
): Promise<Known> {
  if (again) return { known: undefined };
  const { name } = identity;
  const record = await store.readStage(key);
  const lost = `stages/${key.slice(0, 12)}….json in the cache is ${record === 'damaged' ? 'damaged' : 'missing'}`;
  const published = typeof record === 'object' ? undefined : await readPublishedManifest(resultsDirectory, name);
  const known =
    typeof record === 'object'
      ? record
      : typeof published === 'object' && published.key === key
        ? published
        : undefined;
  if (!known) return { known, ...(record === 'damaged' && { damage: lost }) };
  const damage = await damageOf(known, name, store, notice);
  if (damage !== undefined) return { known, damage };
  if (known !== record) {
    await store.writeStage(known);
    notice(`${name}: ${lost}; rewritten from the results`);
  }
  return { known };
}

/** Describes the first missing or damaged file of a result; returns undefined when all are intact. */
async function damageOf(
  { outputs }: Manifest,
  name: string,
  store: Store,
  notice: (line: string) => void,
): Promise<string | undefined> {
  const wrong: { what: string; state: string }[] = [];
  for (const [output, artifact] of Object.entries(outputs)) {
    for (const { file, state } of await store.damages(artifact)) {
      const what = path.parse(output).name === path.parse(file).name ? file : `${output}/${file}`;
      if (state === 'foreign') notice(`${name}: ${what} in the cache is not part of the output; removed`);
      else wrong.push({ what, state });
    }
  }
  const [first] = wrong;
  if (!first) return undefined;
  const more = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : '';
  return `${first.what} in the cache is ${first.state}${more}`;
}
