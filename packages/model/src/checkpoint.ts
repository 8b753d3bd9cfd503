import { readTextFile } from '@geneformer-ts/core/node';
import { messageOf } from '@geneformer-ts/core';
import { openCheckpoint, type OpenedCheckpoint } from '@geneformer-ts/io';
import { join } from 'node:path';
import { requireCheckpointFolder } from './checkpoint-folder.js';
import { checkAgainstTensors } from './config-against-tensors.js';
import { type BertConfig, parseConfig } from './config.js';
import { ConfigError, VocabularyMismatchError } from './errors.js';
import { withCanonicalNames } from './tensor-names.js';
import { withDecoderNames } from './tied-decoder.js';
import { publishedTag, tagOf, type VocabularyTag } from './vocabulary-tag.js';
import type { Pooling } from './pooling.js';

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
