import { type ByteSource, FileMissingError, FormatError, isFileName, listSome } from '@geneformer-ts/core';
import { readWhole } from '../base/bytes.js';
import { missingFrom, type OpenedFolder } from '../base/input.js';
import type { StoredCheckpoint, StoredTensor } from './tensors.js';

/** An index takes about a hundred bytes per tensor. */
const MAX_INDEX_BYTES = 100_000_000;
const DOWNLOAD_AGAIN = 'download the index and all shards again from the same source';

/**
 * Opens the shards that an index (`model.safetensors.index.json`, `pytorch_model.bin.index.json`) names. The index and the
 * shards must agree on the location of every tensor.
 *
 * @param index the index, which is closed
 * @param folder the folder of the index and the shards
 * @param openShard opens one file of either format
 * @throws FileMissingError naming the missing shards; FormatError naming the tensor; any error of `openShard`
 */
export async function openSharded(
  index: ByteSource,
  folder: OpenedFolder,
  openShard: (source: ByteSource) => Promise<StoredCheckpoint>,
): Promise<StoredCheckpoint> {
  const path = index.name;
  const weightMap = await readIndex(index).finally(() => index.close());
  const files = [...new Set(weightMap.values())].sort();
  await requireAll(files, folder, path);
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
      const shard = await openShard(await folder.open(file));
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
    return { name: path, tensors, refused, metadata, close };
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

async function readIndex(source: ByteSource): Promise<Map<string, string>> {
  const path = source.name;
  const bytes = await readWhole(source, MAX_INDEX_BYTES, 'an index of shards');
  let index: unknown;
  try {
    index = JSON.parse(new TextDecoder().decode(bytes));
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

async function requireAll(files: readonly string[], folder: OpenedFolder, path: string): Promise<void> {
  const absent = await missingFrom(folder, files);
  if (absent.length === 0) return;
  const index = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  throw new FileMissingError(
    folder.pathOf(absent[0]),
    `${absent.length} of the ${files.length} shards in ${index} are missing (${listSome(absent)}); download them too`,
  );
}

function wrong(path: string, field: string, problem: string): FormatError {
  return new FormatError(path, field, problem, DOWNLOAD_AGAIN);
}
