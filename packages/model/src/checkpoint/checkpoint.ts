import { messageOf } from '@geneformer-ts/core';
import { readTextFile } from '@geneformer-ts/core/node';
import { openCheckpoint, type OpenedCheckpoint } from '@geneformer-ts/io';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BertConfig, parseConfig } from '../bert/config.js';
import type { Pooling } from '../bert/heads.js';
import { presetNames } from '../bert/presets.js';
import { publishedTag, tagOf, type VocabularyTag } from '../bert/vocabulary-tag.js';
import { CheckpointError, ConfigError, VocabularyMismatchError } from '../errors.js';
import { checkAgainstTensors } from './config-against-tensors.js';
import { withCanonicalNames, withDecoderNames } from './tensor-names.js';

/** What a checkpoint folder holds, before any model is made of it. */
export interface Checkpoint {
  config: BertConfig;
  /** The weights under canonical names, described but not read. */
  opened: OpenedCheckpoint;
  vocabulary: VocabularyTag | null;
  /** Class names by id, when the folder is a classifier's. */
  labels: string[] | null;
  pooling: Pooling | null;
  /** Hugging Face's word for what the outputs of a classifier's head are; null when config.json has none. */
  problemType: string | null;
  /** Classes of Hugging Face that the folder was saved from. */
  architectures: readonly string[];
}

/**
 * Lets `use` make something of a Hugging Face checkpoint folder: `config.json`, and `model.safetensors` or `pytorch_model.bin`.
 *
 * @throws CheckpointError, ConfigError, VocabularyMismatchError
 * @param vocabulary the vocabulary the caller will use, checked against the one stored
 */
export async function withCheckpoint<T>(
  dir: string,
  vocabulary: VocabularyTag | undefined,
  use: (checkpoint: Checkpoint) => Promise<T>,
): Promise<T> {
  await requireCheckpointFolder(dir);
  const configFile = join(dir, 'config.json');
  const raw = await readJson(configFile);
  const own = isRecord(raw['geneformer_ts']) ? raw['geneformer_ts'] : {};
  const file = await openCheckpoint(dir);
  try {
    const named = withCanonicalNames(file);
    checkAgainstTensors(raw, named, configFile);
    const config = parseConfig(raw, configFile);
    const stored = isRecord(own['vocabulary'])
      ? (own['vocabulary'] as unknown as VocabularyTag)
      : publishedTag(config.vocab_size);
    if (stored && vocabulary && stored.digest !== vocabulary.digest) {
      throw new VocabularyMismatchError(stored.digest, vocabulary.digest);
    }
    return await use({
      config,
      opened: withDecoderNames(named, config),
      vocabulary: stored ?? (vocabulary ? tagOf(vocabulary) : null),
      labels: labelsOf(raw['id2label'], configFile),
      pooling: own['pooling'] === 'mean' || own['pooling'] === 'cls' ? own['pooling'] : null,
      problemType: typeof raw['problem_type'] === 'string' ? raw['problem_type'] : null,
      architectures: Array.isArray(raw['architectures']) ? raw['architectures'].map(String) : [],
    });
  } finally {
    await file.close();
  }
}

/** A config.json takes some kilobytes; one with names of 100,000 classes, some megabytes. */
const MOST_CONFIG_BYTES = 50_000_000;

async function readJson(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readTextFile(file, MOST_CONFIG_BYTES);
  } catch (cause) {
    throw new ConfigError(file, '(file)', null, `it cannot be read (${messageOf(cause)})`, { cause });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch (cause) {
    throw new ConfigError(file, '(file)', text.slice(0, 40), 'it is not JSON', { cause });
  }
  throw new ConfigError(file, '(root)', text.slice(0, 40), 'it must hold a JSON object');
}

function labelsOf(value: unknown, file: string): string[] | null {
  if (value === undefined || value === null) return null;
  if (!isRecord(value)) throw new ConfigError(file, 'id2label', value, 'it must map ids to names');
  return Object.keys(value).map((_, id) => {
    const label = value[String(id)];
    if (typeof label !== 'string') throw new ConfigError(file, `id2label.${id}`, label ?? null, 'ids must run from 0');
    return label;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const WHAT_TO_GIVE = 'give a folder with config.json and model.safetensors or pytorch_model.bin';

/**
 * Checks that there is a checkpoint folder where the caller says so, and else tells what the name probably is.
 * @throws CheckpointError
 */
async function requireCheckpointFolder(dir: string): Promise<void> {
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
