import { type ByteSource, FormatError, messageOf, UnsupportedError } from '@geneformer-ts/core';
import { decodeLatin1 } from '../../base/text.js';
import { RefusedError, unpickle } from '../pickle/machine.js';
import {
  BYTES,
  decodeTensor,
  refuseUnlessSome,
  type StoredCheckpoint,
  type StoredTensor,
  type TensorData,
  type TensorDtype,
} from '../tensors.js';
import { findStateDict, type StateDict } from './state-dict.js';
import {
  elementsOf,
  gather,
  elementRange,
  isContiguous,
  storageOf,
  type TensorView,
  torchNames,
} from './tensor-views.js';
import { ZipArchive, type ZipEntry } from './zip.js';

const SAVE_AGAIN = 'save only model.state_dict() with torch.save';
const DOWNLOAD_AGAIN = 'the file is damaged or incomplete; download it again';
const ZIP_SIGNATURE = [0x50, 0x4b, 3, 4];
/** The pickle takes a few hundred bytes per tensor. A much larger one would only exhaust memory. */
const MAX_PICKLE_BYTES = 100_000_000;
/** How often the views of a file may repeat its elements. A file with more repetitions would only exhaust memory. */
const MAX_REPEATS = 4;

/**
 * Opens a checkpoint written by `torch.save(model.state_dict(), path)` of PyTorch 1.6 or later: a zip archive with a pickle
 * that describes the tensors, and one entry per storage with its bytes. Also accepts the dictionary of a training program
 * (see `findStateDict`).
 *
 * Nothing in the file is executed. Only tensors, storages and ordered dictionaries are interpreted; any other object is
 * ignored, or an error in the place of a tensor. Views with strides are copied to row-major order. The checksum of every
 * storage that is read completely is verified.
 *
 * Closes the source on failure, and when the checkpoint is closed.
 *
 * @throws FileAccessError; FormatError or UnsupportedError naming the tensor or the name in the pickle
 */
export async function openTorch(source: ByteSource): Promise<StoredCheckpoint> {
  try {
    const path = source.name;
    await checkSignature(source);
    const archive = await ZipArchive.open(source);
    const description = findDescription(archive, path);
    const folder = description.name.slice(0, -DESCRIPTION.length);
    await checkByteOrder(archive, folder, path);
    const { views, refused } = parse(await archive.read(description), path);
    const tensors = new Map<string, StoredTensor>();
    for (const [name, view] of views) {
      const { dtype } = view.storage.type;
      if (dtype) tensors.set(name, stored(archive, folder, { name, view, dtype }, path));
      else refused.set(name, () => unsupportedType(name, view, path));
    }
    refuseUnlessSome(tensors, refused);
    checkRepeats(tensors, views, path);
    return { name: path, tensors, refused, metadata: {}, close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

const DESCRIPTION = 'data.pkl';

async function checkSignature(source: ByteSource): Promise<void> {
  const path = source.name;
  const head = await source.read(0, Math.min(4, source.byteLength));
  if (ZIP_SIGNATURE.every((byte, i) => head[i] === byte)) return;
  if (head[0] === 0x80) {
    const remedy = 'write it again: torch.save(torch.load(file, map_location="cpu", weights_only=True), file)';
    throw new UnsupportedError(path, 'file', 'the format of PyTorch before 1.6', remedy);
  }
  throw new FormatError(path, 'file', 'is not a PyTorch checkpoint', DOWNLOAD_AGAIN);
}

function findDescription(archive: ZipArchive, path: string): ZipEntry {
  const found = [...archive.entries.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const [entry] = found;
  if (!entry || found.length > 1) {
    const hint = archive.entries.has('constants.pkl') ? '; TorchScript is not supported' : '';
    throw new FormatError(path, DESCRIPTION, `occurs ${found.length} times in the archive${hint}`, SAVE_AGAIN);
  }
  if (entry.bytes > MAX_PICKLE_BYTES) {
    throw new FormatError(path, DESCRIPTION, `takes ${entry.bytes} bytes`, SAVE_AGAIN);
  }
  return entry;
}

async function checkByteOrder(archive: ZipArchive, folder: string, path: string): Promise<void> {
  const entry = archive.entries.get(`${folder}byteorder`);
  if (!entry || entry.bytes > 16) return;
  const order = decodeLatin1(await archive.read(entry), 0, entry.bytes);
  if (order !== 'little')
    throw new UnsupportedError(path, 'byteorder', `'${order}'`, 'save it on a little-endian machine');
}

function parse(bytes: Uint8Array, path: string): StateDict {
  let value: unknown;
  try {
    value = unpickle(bytes, { names: torchNames, persistent: storageOf, allowUnknown: true });
  } catch (cause) {
    if (cause instanceof RefusedError) {
      const remedy = `only tensors are supported and nothing is executed; ${SAVE_AGAIN}`;
      throw new UnsupportedError(path, DESCRIPTION, cause.what, remedy, { cause });
    }
    throw new FormatError(path, DESCRIPTION, messageOf(cause), DOWNLOAD_AGAIN, { cause });
  }
  return findStateDict(value, path);
}

function unsupportedType(name: string, { storage }: TensorView, path: string): UnsupportedError {
  const remedy = `store it as ${Object.keys(BYTES).join(', ')}`;
  return new UnsupportedError(path, `tensor '${name}'`, `torch.${storage.type.name}`, remedy);
}

function stored(
  archive: ZipArchive,
  folder: string,
  { name, view, dtype }: { name: string; view: TensorView; dtype: TensorDtype },
  path: string,
): StoredTensor {
  const field = `tensor '${name}'`;
  const { storage, shape, strides } = view;
  const entry = archive.entries.get(`${folder}data/${storage.key}`);
  if (!entry) throw new FormatError(path, field, `its storage '${storage.key}' is not in the archive`, DOWNLOAD_AGAIN);
  if (entry.bytes !== storage.elements * BYTES[dtype]) {
    const problem = `its storage has ${entry.bytes} bytes but ${storage.elements} elements of ${dtype} need ${storage.elements * BYTES[dtype]}`;
    throw new FormatError(path, field, problem, DOWNLOAD_AGAIN);
  }
  const { first, end } = elementRange(view);
  if (end > storage.elements) {
    throw new FormatError(
      path,
      field,
      `extends to element ${end} but only ${storage.elements} are stored`,
      DOWNLOAD_AGAIN,
    );
  }
  return {
    dtype,
    shape: [...shape],
    region: `${storage.key} ${dtype} ${first}-${end} [${shape.join()}] [${strides.join()}]`,
    load: () => load(archive, entry, dtype, view),
  };
}

async function load(archive: ZipArchive, entry: ZipEntry, dtype: TensorDtype, view: TensorView): Promise<TensorData> {
  const { first, end } = elementRange(view);
  const whole = end - first === view.storage.elements;
  const size = BYTES[dtype];
  const bytes = whole ? await archive.read(entry) : await archive.readPart(entry, first * size, (end - first) * size);
  const data = decodeTensor(dtype, bytes);
  return isContiguous(view) ? data : gather(data, view);
}

/** Rejects a file whose distinct views have far more elements than it stores, for example an expanded view. */
function checkRepeats(
  tensors: ReadonlyMap<string, StoredTensor>,
  views: ReadonlyMap<string, TensorView>,
  path: string,
): void {
  const storages = new Map([...views.values()].map(({ storage }) => [storage.key, storage.elements]));
  let left = MAX_REPEATS * [...storages.values()].reduce((sum, elements) => sum + elements, 0);
  const regions = new Set<string>();
  for (const [name, { region, shape }] of tensors) {
    if (regions.has(region)) continue;
    regions.add(region);
    left -= elementsOf({ shape });
    if (left >= 0) continue;
    const problem = 'a view that repeats its stored elements many times';
    throw new UnsupportedError(path, `tensor '${name}'`, problem, 'call contiguous() on it before saving');
  }
}
