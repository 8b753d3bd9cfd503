import { FileMissingError, FormatError, listSome } from '@geneformer-ts/core';
import { absentFrom, isFileName } from '@geneformer-ts/core/node';
import { basename, dirname, join } from 'node:path';
import { readWhole } from '../base/bytes.js';
import type { StoredCheckpoint, StoredTensor } from './tensors.js';

/** An index takes about a hundred bytes per tensor. */
const MAX_INDEX_BYTES = 100_000_000;
const DOWNLOAD_AGAIN = 'download the index and all shards again from the same source';

/**
 * Opens the shards that an index (`model.safetensors.index.json`, `pytorch_model.bin.index.json`) names. The index and the
 * shards must agree on the location of every tensor.
 *
 * @param openShard opens one file of either format
 * @throws FileMissingError naming the missing shards; FormatError naming the tensor; any error of `openShard`
 */
export async function openSharded(
  path: string,
  openShard: (path: string) => Promise<StoredCheckpoint>,
): Promise<StoredCheckpoint> {
  const weightMap = await readIndex(path);
  const files = [...new Set(weightMap.values())].sort();
  await requireAll(files, path);
  const opened: StoredCheckpoint[] = [];
  const close = async (): Promise<void> => {
    for (const shard of opened.splice(0)) await shard.close();
  };
  try {
    const tensors = new Map<string, StoredTensor>();
    const refused: StoredCheckpoint['refused'] = new Map();
    const seen = new Set<string>();
    const metadata: Record<string, string> = {};
    for (const [i, file] of files.entries()) {
      const shard = await openShard(join(dirname(path), file));
      opened.push(shard);
      Object.assign(metadata, shard.metadata);
      for (const name of [...shard.tensors.keys(), ...shard.refused.keys()]) {
        checkShard(path, { name, found: file, listed: weightMap.get(name) });
        seen.add(name);
      }
      for (const [name, tensor] of shard.tensors) tensors.set(name, { ...tensor, region: `${i} ${tensor.region}` });
      for (const [name, refusal] of shard.refused) refused.set(name, refusal);
    }
    const absent = [...weightMap].find(([name]) => !seen.has(name));
    if (absent) throw wrong(path, `tensor '${absent[0]}'`, `is not in '${absent[1]}'`);
    return { tensors, refused, metadata, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkShard(
  path: string,
  { name, found, listed }: { name: string; found: string; listed: string | undefined },
): void {
  if (listed === found) return;
  const where = listed === undefined ? 'is not in weight_map' : `belongs in '${listed}'`;
  throw wrong(path, `tensor '${name}'`, `is in '${found}' but ${where}`);
}

async function readIndex(path: string): Promise<Map<string, string>> {
  const bytes = await readWhole(path, MAX_INDEX_BYTES, 'an index of shards');
  let index: unknown;
  try {
    index = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new FormatError(path, 'file', 'is not JSON', DOWNLOAD_AGAIN, { cause });
  }
  const map = (index as { weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== 'object' || map === null || Array.isArray(map) || Object.keys(map).length === 0) {
    throw wrong(path, 'weight_map', 'does not map tensors to files');
  }
  const entries = Object.entries(map as Record<string, unknown>);
  for (const [name, file] of entries) {
    if (isFileName(file)) continue;
    const problem = `is in ${JSON.stringify(file)}, which is not the name of a file beside the index`;
    throw wrong(path, `weight_map['${name}']`, problem);
  }
  return new Map(entries as [string, string][]);
}

async function requireAll(files: readonly string[], path: string): Promise<void> {
  const absent = await absentFrom(dirname(path), files);
  if (absent.length === 0) return;
  throw new FileMissingError(
    join(dirname(path), absent[0]),
    `${absent.length} of the ${files.length} shards in ${basename(path)} are missing (${listSome(absent)}); download them too`,
  );
}

function wrong(path: string, field: string, problem: string): FormatError {
  return new FormatError(path, field, problem, DOWNLOAD_AGAIN);
}
