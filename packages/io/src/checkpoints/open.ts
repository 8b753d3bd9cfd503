import { FieldMissingError, FileMissingError, listSome } from '@geneformer-ts/core';
import { fileError } from '@geneformer-ts/core/node';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { firstBytes } from '../base/bytes.js';
import { openSafetensors } from './safetensors.js';
import { openSharded } from './sharded.js';
import { type NamedTensor, readAll, type StoredCheckpoint, type TensorDtype } from './tensors.js';
import { openTorch } from './torch/open.js';

/** A checkpoint file open for reading: every tensor described, each read when asked for. */
export interface OpenedCheckpoint {
  /** The file that holds the tensors. */
  path: string;
  format: 'safetensors' | 'pytorch';
  tensors: ReadonlyMap<string, { readonly dtype: TensorDtype; readonly shape: readonly number[] }>;
  /** Entries that cannot be read as tensors (an unread type, no tensor at all); `read` throws what is wrong with one. */
  refused: ReadonlySet<string>;
  metadata: Record<string, string>;
  /** Reads one tensor from disk; every call reads again. @throws FieldMissingError, FormatError, UnsupportedError, FileAccessError */
  read(name: string): Promise<NamedTensor>;
  /** Gives the file back; reading after it fails. */
  close(): Promise<void>;
}

/** A checkpoint in memory. */
export interface Checkpoint {
  path: string;
  format: 'safetensors' | 'pytorch';
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

/** What a Hugging Face folder may call its weights, the preferred first, in the order of transformers. */
const WEIGHTS = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];
const INDEX = '.index.json';

/**
 * Opens a safetensors file, a PyTorch file (told by its bytes, not by its name), the index of a checkpoint in several files, or
 * whichever of these a Hugging Face folder has (`model.safetensors` before `pytorch_model.bin`). Its directory is read and checked in full; no tensor is, so a large
 * checkpoint can be taken over tensor by tensor without being held twice.
 *
 * @throws FileMissingError, FileAccessError, FormatError, UnsupportedError naming the tensor or what the file asked for
 */
export async function openCheckpoint(dirOrFile: string): Promise<OpenedCheckpoint> {
  const { path, format, stored } = await openStored(dirOrFile);
  return {
    path,
    format,
    tensors: stored.tensors,
    refused: new Set(stored.refused.keys()),
    metadata: stored.metadata,
    async read(name) {
      const refusal = stored.refused.get(name);
      if (refusal) throw refusal();
      const tensor = stored.tensors.get(name);
      if (!tensor) throw new FieldMissingError(path, `tensor '${name}'`, [...stored.tensors.keys()]);
      try {
        return { dtype: tensor.dtype, shape: tensor.shape, data: await tensor.load() };
      } catch (cause) {
        throw fileError(path, cause);
      }
    },
    close: () => stored.close(),
  };
}

/**
 * Reads every tensor of what `openCheckpoint` opens, one after the other, so that little more than the result is held. Names
 * that are tied to the same weights share one array.
 *
 * @throws as `openCheckpoint` and its `read` do
 */
export async function readCheckpoint(dirOrFile: string): Promise<Checkpoint> {
  const { path, format, stored } = await openStored(dirOrFile);
  return { path, format, ...(await readAll(path, stored)) };
}

async function openStored(
  dirOrFile: string,
): Promise<{ path: string; format: Checkpoint['format']; stored: StoredCheckpoint }> {
  const path = await weightsFile(dirOrFile);
  if (path.endsWith(INDEX)) {
    let format: Checkpoint['format'] = 'safetensors';
    const stored = await openSharded(path, async (file) => {
      const shard = await openFile(file);
      format = shard.format;
      return shard.stored;
    });
    return { path, format, stored };
  }
  return { path, ...(await openFile(path)) };
}

async function openFile(path: string): Promise<{ format: Checkpoint['format']; stored: StoredCheckpoint }> {
  if (looksLikeTorch(await firstBytes(path, 4))) return { format: 'pytorch', stored: await openTorch(path) };
  return { format: 'safetensors', stored: await openSafetensors(path) };
}

async function weightsFile(dirOrFile: string): Promise<string> {
  const isFolder = await stat(dirOrFile).then(
    (info) => info.isDirectory(),
    (cause: unknown) => {
      throw fileError(dirOrFile, cause);
    },
  );
  if (!isFolder) return dirOrFile;
  for (const name of WEIGHTS) {
    const path = join(dirOrFile, name);
    const found = await stat(path).catch(() => null);
    if (found) return path;
  }
  const others = (await readdir(dirOrFile)).filter((name) => /\.(safetensors|bin|pt|pth|ckpt)$/.test(name)).sort();
  if (others.some((name) => name.startsWith('adapter_model.'))) {
    const remedy = 'it holds an adapter (LoRA); merge it into its model with merge_and_unload() and save that';
    throw new FileMissingError(join(dirOrFile, WEIGHTS[0]), remedy);
  }
  throw new FileMissingError(
    join(dirOrFile, WEIGHTS[0]),
    others.length
      ? `the folder has ${listSome(others)}; rename the weights to model.safetensors or, if PyTorch wrote them, pytorch_model.bin`
      : `the folder has no ${WEIGHTS[0]} or pytorch_model.bin; is it a checkpoint, fetched whole?`,
  );
}

/** A zip archive, or a bare pickle as PyTorch wrote before 1.6. A safetensors file begins with a length of at most 100 MB. */
function looksLikeTorch(head: Uint8Array): boolean {
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  return isZip || (head[0] === 0x80 && head[1] === 2 && head[2] === 0x8a && head[3] === 10);
}
