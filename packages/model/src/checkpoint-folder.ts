import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from './errors.js';
import { presetNames } from './presets.js';

const WHAT_TO_GIVE = 'give a folder with config.json and model.safetensors or pytorch_model.bin';

/**
 * Checks that there is a checkpoint folder where the caller says so, and else tells what the name probably is.
 * @throws CheckpointError
 */
export async function requireCheckpointFolder(dir: string): Promise<void> {
  const info = await stat(dir).catch(() => null);
  if (!info) throw new CheckpointError(dir, 'no such folder', whatItMayBe(dir));
  if (!info.isDirectory()) throw new CheckpointError(dir, 'is a file', `${WHAT_TO_GIVE}, and not one of its files`);
  if (await stat(join(dir, 'config.json')).catch(() => null)) return;
  const within = await foldersWithConfig(dir);
  const remedy = within.length
    ? `give one of its folders that are checkpoints: ${within.map((name) => join(dir, name)).join(', ')}`
    : `${WHAT_TO_GIVE}; is it fetched whole?`;
  throw new CheckpointError(join(dir, 'config.json'), 'no such file', remedy);
}

function whatItMayBe(name: string): string {
  const fetch = `"npx nx run data:fetch --id ${name}" (in code, resolveAsset of @geneformer-ts/hub) fetches it and prints its path`;
  if ((presetNames as readonly string[]).includes(name)) {
    const size = name.startsWith('geneformer-') ? '' : ', vocabularySize';
    const fresh = `it is a preset: fromConfig(presetConfig('${name}'${size})) makes a model with random weights`;
    return size ? fresh : `${fresh}; for the published weights give their folder: ${fetch} where the catalog has it`;
  }
  const published = `geneformer-${name.replace(/^geneformer-/i, '').toLowerCase()}`;
  if (name !== published && (presetNames as readonly string[]).includes(published)) return whatItMayBe(published);
  if (/^(geneformer|v1|v2)-[a-z0-9-]+$/.test(name)) return `if it is an id of the catalog, ${fetch}: give that folder`;
  if (/^[A-Za-z0-9][\w.-]*\/[\w.-]+$/.test(name)) {
    return `repositories are not fetched by name: download it ("hf download ${name} --local-dir checkpoints"), and ${WHAT_TO_GIVE}`;
  }
  return `check the path, and ${WHAT_TO_GIVE}`;
}

/** Some folders below that hold a `config.json`: the repository of Geneformer has one for each model. */
async function foldersWithConfig(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory() || found.length === 8) continue;
    if (await stat(join(dir, entry.name, 'config.json')).catch(() => null)) found.push(entry.name);
  }
  return found.sort();
}
