import { ArgumentError } from '@geneformer-ts/core';
import { joined, uint32, utf8 } from '../../base/encode.js';
import type { TensorData } from '../tensors.js';
import { writeStored } from './write-zip.js';

/**
 * Writes tensors atomically in the format of `torch.save(state_dict)` of PyTorch 1.6 and later. `torch.load` returns an
 * ordered dictionary, also with `weights_only=True`. Float32Array becomes float32, BigInt64Array int64, Int32Array int32.
 * The same tensors in the same order give the same bytes.
 *
 * @throws ArgumentError when a shape does not match its data, or for 4 GiB or more; FileAccessError
 * @example
 * await writeTorch('pytorch_model.bin', new Map([['bias', { shape: [2], data: Float32Array.of(0, 1) }]]));
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
    // Version of the archive's layout, not of PyTorch.
    ['archive/version', utf8('3\n')],
  ]);
}

/**
 * Returns the pickle of the archive: an ordered dictionary from names to tensors, whose elements are in the entries
 * `data/<key>` with keys from 0. Protocol 2 without a memo, because nothing is referenced twice.
 */
function pickleStateDict(tensors: ReadonlyMap<string, { shape: readonly number[]; data: TensorData }>): Uint8Array {
  const parts = [PROTOCOL_2, emptyOrderedDict, MARK];
  let key = 0;
  for (const [name, { shape, data }] of tensors) {
    const storage = [MARK, text('storage'), global('torch', storageOf(data)), text(String(key++)), text('cpu')];
    parts.push(
      text(name),
      global('torch._utils', '_rebuild_tensor_v2'),
      // Storage, first element, shape, strides, requires_grad, hooks.
      ...[MARK, ...storage, integer(data.length), TUPLE, PERSISTENT_ID, integer(0)],
      ...[integers(shape), integers(stridesOf(shape)), FALSE, emptyOrderedDict, TUPLE, REDUCE],
    );
  }
  return joined([...parts, SET_ITEMS, STOP]);
}

const opcode = (byte: number): Uint8Array => Uint8Array.of(byte);
const PROTOCOL_2 = Uint8Array.of(0x80, 2);
const MARK = opcode(0x28);
const TUPLE = opcode(0x74);
const REDUCE = opcode(0x52);
const PERSISTENT_ID = opcode(0x51);
const FALSE = opcode(0x89);
const SET_ITEMS = opcode(0x75);
const STOP = opcode(0x2e);
const emptyOrderedDict = joined([global('collections', 'OrderedDict'), opcode(0x29), REDUCE]);

function global(module: string, name: string): Uint8Array {
  return utf8(`c${module}\n${name}\n`);
}

function text(value: string): Uint8Array {
  const bytes = utf8(value);
  return joined([opcode(0x58), uint32(bytes.length), bytes]);
}

/** Encodes an integer below 2³¹, which is enough for an archive of 4 GiB. */
function integer(value: number): Uint8Array {
  return joined([opcode(0x4a), uint32(value)]);
}

function integers(values: readonly number[]): Uint8Array {
  return joined([MARK, ...values.map(integer), TUPLE]);
}

/** Returns the strides of a row-major array, in elements. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

function storageOf(data: TensorData): string {
  if (data instanceof Float32Array) return 'FloatStorage';
  return data instanceof BigInt64Array ? 'LongStorage' : 'IntStorage';
}
