import { ArgumentError } from '@geneformer-ts/core';
import type { TensorData } from '../safetensors/dtypes.js';
import { writeStored } from './write-zip.js';
import { pickleStateDict } from './write-pickle.js';

/**
 * Writes tensors as `torch.save(state_dict)` of PyTorch 1.6 and later does, whole or not at all: `torch.load` gives them back as an
 * ordered dictionary, with `weights_only=True` too. Float32Array becomes float32, BigInt64Array int64, Int32Array int32. The same tensors
 * in the same order give the same bytes.
 *
 * @throws ArgumentError when a shape does not fit its data, or there are 4 GiB or more; FileAccessError
 */
export async function writeTorch(
  path: string,
  tensors: ReadonlyMap<string, { shape: readonly number[]; data: TensorData }>,
): Promise<void> {
  for (const [name, { shape, data }] of tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (elements !== data.length) {
      throw new ArgumentError(
        `tensor '${name}'`,
        `has ${data.length} elements for shape [${shape.join(', ')}]`,
        'correct its shape',
      );
    }
  }
  const storages = [...tensors.values()].map(({ data }, key): [string, Uint8Array] => [
    `archive/data/${key}`,
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
  await writeStored(path, [
    ['archive/data.pkl', pickleStateDict(tensors)],
    ...storages,
    // Of the archive's layout, not of PyTorch.
    ['archive/version', Buffer.from('3\n')],
  ]);
}
