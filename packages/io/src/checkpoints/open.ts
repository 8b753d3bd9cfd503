import { ArgumentError, type ByteSource, FieldMissingError, FileMissingError, listSome } from '@geneformer-ts/core';
import { firstBytes } from '../base/bytes.js';
import {
  checkInput,
  type FileInput,
  type FolderInput,
  openFolder,
  type OpenedFolder,
  openIfPresent,
  openInput,
} from '../base/input.js';
import { openSafetensors } from './safetensors.js';
import { openSharded } from './sharded.js';
import { type NamedTensor, readAll, type StoredCheckpoint, type TensorDtype } from './tensors.js';
import { openTorch } from './torch/open.js';

/** A checkpoint open for reading. All tensors are described; each one is read on request. */
export interface OpenedCheckpoint {
  /** The file with the tensors, or the index of a sharded checkpoint. */
  path: string;
  format: 'safetensors' | 'pytorch';
  tensors: ReadonlyMap<string, { readonly dtype: TensorDtype; readonly shape: readonly number[] }>;
  /** Names of entries that cannot be read: an unsupported element type or not a tensor. `read` throws the reason. */
  refused: ReadonlySet<string>;
  metadata: Record<string, string>;
  /**
   * Reads one tensor from disk. Every call reads again.
   *
   * @throws FieldMissingError; FormatError; UnsupportedError; FileAccessError
   */
  read(name: string): Promise<NamedTensor>;
  /** Closes the file. Reading afterwards fails. */
  close(): Promise<void>;
}

/** A checkpoint in memory. */
export interface Checkpoint {
  path: string;
  format: 'safetensors' | 'pytorch';
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

/** Names of the weights in a Hugging Face folder, in the order of preference of transformers. */
const WEIGHTS = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];
const INDEX = '.index.json';

/**
 * Opens a checkpoint without reading its tensors, so that a large one can be loaded tensor by tensor.
 *
 * Accepts a safetensors file, a PyTorch file, the index of a sharded checkpoint, or a Hugging Face folder with one of these;
 * `model.safetensors` is preferred to `pytorch_model.bin`. The format is detected from the first bytes, not from the name.
 * The list of tensors is read and checked completely.
 *
 * @param dirOrFile path of a file or folder, source of the bytes of a file, or access to the files of a folder
 * @throws FileMissingError; FileAccessError; FormatError or UnsupportedError naming the tensor or the name in the pickle
 * @example
 * const checkpoint = await openCheckpoint('Geneformer-V1-10M');
 * const name = 'bert.embeddings.word_embeddings.weight';
 * checkpoint.tensors.get(name); // { dtype: 'F32', shape: [ 25426, 256 ], … }
 * const { data } = await checkpoint.read(name);
 * await checkpoint.close();
 */
export async function openCheckpoint(dirOrFile: FileInput | FolderInput): Promise<OpenedCheckpoint> {
  const { format, stored } = await openStored(dirOrFile);
  const path = stored.name;
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
      return { dtype: tensor.dtype, shape: tensor.shape, data: await tensor.load() };
    },
    close: () => stored.close(),
  };
}

/**
 * Reads all tensors of a checkpoint, one after the other, with little memory beyond the result. Tied weights share one array.
 *
 * @throws any error of `openCheckpoint` and of `OpenedCheckpoint.read`
 * @example
 * const { format, tensors } = await readCheckpoint('Geneformer-V1-10M');
 * format; // 'safetensors'
 */
export async function readCheckpoint(dirOrFile: FileInput | FolderInput): Promise<Checkpoint> {
  const { format, stored } = await openStored(dirOrFile);
  return { path: stored.name, format, ...(await readAll(stored)) };
}

interface OpenedFile {
  format: Checkpoint['format'];
  stored: StoredCheckpoint;
}

async function openStored(input: FileInput | FolderInput): Promise<OpenedFile> {
  const { source, folder } = await findWeights(input);
  if (!source.name.endsWith(INDEX)) return openFile(source);
  if (!folder) {
    await source.close();
    const problem = `${source.name} is an index, and its shards cannot be found from its bytes`;
    throw new ArgumentError('checkpoint', problem, 'pass the folder, as { name, open }');
  }
  let format: Checkpoint['format'] = 'safetensors';
  const stored = await openSharded(source, folder, async (file) => {
    const shard = await openFile(file);
    format = shard.format;
    return shard.stored;
  });
  return { format, stored };
}

/** Opens a file of either format. Closes it on failure. */
async function openFile(source: ByteSource): Promise<OpenedFile> {
  const head = await firstBytes(source, 4).catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
  if (looksLikeTorch(head)) return { format: 'pytorch', stored: await openTorch(source) };
  return { format: 'safetensors', stored: await openSafetensors(source) };
}

/** Opens the weights or the index of a checkpoint. `folder` has the shards, if the input is a path or a folder. */
async function findWeights(
  input: FileInput | FolderInput,
): Promise<{ source: ByteSource; folder: OpenedFolder | undefined }> {
  checkInput(input, 'checkpoint', 'file or folder');
  if (typeof input !== 'string') {
    if (!('open' in input)) return { source: await openInput(input), folder: undefined };
    const folder = await openFolder(input);
    return { source: await openWeights(folder), folder };
  }
  const { fileError } = await import('@geneformer-ts/core/node');
  const { stat } = await import('@geneformer-ts/core/system');
  const info = await stat(input).catch((cause: unknown) => {
    throw fileError(input, cause);
  });
  if (!info.isDirectory()) {
    const { dirname } = await import('@geneformer-ts/core/system');
    return { source: await openInput(input), folder: await openFolder(dirname(input)) };
  }
  const folder = await openFolder(input);
  return { source: await openWeights(folder), folder };
}

/** Opens the preferred weights of a folder. @throws FileMissingError listing similar files */
async function openWeights(folder: OpenedFolder): Promise<ByteSource> {
  for (const name of WEIGHTS) {
    const found = await openIfPresent(folder, name);
    if (found) return found;
  }
  const files = (await folder.list?.()) ?? [];
  const others = files.filter((name) => /\.(safetensors|bin|pt|pth|ckpt)$/.test(name)).sort();
  if (others.some((name) => name.startsWith('adapter_model.'))) {
    const remedy =
      'the folder contains a LoRA adapter; merge it into its model with merge_and_unload() and save the result';
    throw new FileMissingError(folder.pathOf(WEIGHTS[0]), remedy);
  }
  throw new FileMissingError(
    folder.pathOf(WEIGHTS[0]),
    others.length
      ? `the folder has ${listSome(others)}; rename the weights to model.safetensors or, if PyTorch wrote them, pytorch_model.bin`
      : `the folder has no ${WEIGHTS[0]} or pytorch_model.bin; check that the checkpoint was downloaded completely`,
  );
}

/**
 * Returns whether a file begins like a zip archive or like the bare pickle that PyTorch wrote before 1.6. A safetensors file
 * begins with a length of at most 100 MB instead.
 */
function looksLikeTorch(head: Uint8Array): boolean {
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  return isZip || (head[0] === 0x80 && head[1] === 2 && head[2] === 0x8a && head[3] === 10);
}
