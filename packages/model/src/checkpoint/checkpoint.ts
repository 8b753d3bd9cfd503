import { messageOf } from '@geneformer-ts/core';
import { readTextFile } from '@geneformer-ts/core/node';
import { openCheckpoint, type OpenedCheckpoint } from '@geneformer-ts/io';
import { join, readdir, stat } from '@geneformer-ts/core/system';
import { type BertConfig, parseConfig } from '../bert/config.js';
import type { Pooling } from '../bert/heads.js';
import { presetNames } from '../bert/presets.js';
import { publishedTag, tagOf, type VocabularyTag } from '../bert/vocabulary-tag.js';
import { CheckpointError, ConfigError, VocabularyMismatchError } from '../errors.js';
import { checkAgainstTensors } from './config-against-tensors.js';
import { withCanonicalNames, withDecoderNames } from './tensor-names.js';

/** The content of a checkpoint folder, before a model is created from it. */
export interface Checkpoint {
  config: BertConfig;
  /** The weights under canonical names; they are read on demand. */
  opened: OpenedCheckpoint;
  vocabulary: VocabularyTag | null;
  /** Names of the outputs, by id; null if config.json has none. */
  labels: string[] | null;
  pooling: Pooling | null;
  /** Hugging Face's `problem_type`, the meaning of the outputs; null if config.json has none. */
  problemType: string | null;
  /** Hugging Face's classes that the folder was saved from. */
  architectures: readonly string[];
}

/**
 * Opens a Hugging Face checkpoint folder (`config.json`, and `model.safetensors` or `pytorch_model.bin`) and returns the result
 * of `use`. The files are open only during the call.
 *
 * @param vocabulary the caller's vocabulary, which must match that of the checkpoint
 * @throws CheckpointError, ConfigError, VocabularyMismatchError
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

/** Size limit in bytes. A config.json takes a few kilobytes; with the names of 100,000 classes, a few megabytes. */
const MOST_CONFIG_BYTES = 50_000_000;

async function readJson(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readTextFile(file, MOST_CONFIG_BYTES);
  } catch (cause) {
    throw new ConfigError(
      file,
      '(file)',
      null,
      `it cannot be read (${messageOf(cause)}); give a readable config.json`,
      { cause },
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch (cause) {
    throw new ConfigError(file, '(file)', text.slice(0, 40), 'it is not JSON; download the file again', { cause });
  }
  throw new ConfigError(file, '(root)', text.slice(0, 40), 'it must contain a JSON object');
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

/** The remedy for a path without a checkpoint. */
const FOLDER_REMEDY = 'give a folder with config.json and model.safetensors or pytorch_model.bin';

/**
 * Checks that a path is a checkpoint folder.
 *
 * @throws CheckpointError with a suggestion of what the path may mean
 */
async function requireCheckpointFolder(dir: string): Promise<void> {
  const info = await stat(dir).catch(() => null);
  if (!info) throw new CheckpointError(dir, 'no such folder', suggestionFor(dir));
  if (!info.isDirectory()) throw new CheckpointError(dir, 'is a file', `${FOLDER_REMEDY}, not one of its files`);
  if (await stat(join(dir, 'config.json')).catch(() => null)) return;
  const within = await foldersWithConfig(dir);
  const remedy = within.length
    ? `give one of its checkpoint folders: ${within.map((name) => join(dir, name)).join(', ')}`
    : `${FOLDER_REMEDY}; the download may be incomplete`;
  throw new CheckpointError(join(dir, 'config.json'), 'no such file', remedy);
}

/** Returns a remedy for a path that does not exist, by what the caller probably meant. */
function suggestionFor(name: string): string {
  // The last part of a path may be a known name, as in checkpoints/Geneformer-V1-10M.
  const known = suggestionForName(name) ?? suggestionForName(name.slice(name.lastIndexOf('/') + 1));
  if (known) return known;
  if (/^[A-Za-z0-9][\w.-]*\/[\w.-]+$/.test(name)) {
    return `repositories are not downloaded by name: download it first ("hf download ${name} --local-dir checkpoints"), then ${FOLDER_REMEDY}`;
  }
  return `check the path and ${FOLDER_REMEDY}`;
}

/** Returns a remedy for the name of a preset or an id of the catalog. */
function suggestionForName(name: string): string | undefined {
  const fetch = `"npx nx run data:fetch --id ${name}" (in code, resolveAsset of @geneformer-ts/hub) downloads it and prints its path`;
  if ((presetNames as readonly string[]).includes(name)) {
    const size = name.startsWith('geneformer-') ? '' : ', vocabularySize';
    const initialize = `this is a preset: fromConfig(presetConfig('${name}'${size})) creates a model with random weights`;
    return size
      ? initialize
      : `${initialize}; for the published weights give their folder: ${fetch} if the catalog has it`;
  }
  const published = `geneformer-${name.replace(/^geneformer-/i, '').toLowerCase()}`;
  if (name !== published && (presetNames as readonly string[]).includes(published)) return suggestionForName(published);
  if (/^(geneformer|v1|v2)-[a-z0-9-]+$/.test(name))
    return `if this is an id of the catalog, ${fetch}; give that folder`;
  return undefined;
}

/** Returns up to 8 subfolders with a `config.json`: the repository of Geneformer has one per model. */
async function foldersWithConfig(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory() || found.length === 8) continue;
    if (await stat(join(dir, entry.name, 'config.json')).catch(() => null)) found.push(entry.name);
  }
  return found.sort();
}
