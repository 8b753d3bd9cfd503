import { ArgumentError } from '@geneformer-ts/core';
import type { TensorData } from '../tensors.js';
import { writeStored } from './write-zip.js';

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

/**
 * The pickle of an archive of tensors: an ordered dictionary from names to tensors, whose elements lie beside it in `data/<key>`, keys
 * counted from 0. Protocol 2, without a memo: nothing is referred to twice.
 */
function pickleStateDict(tensors: ReadonlyMap<string, { shape: readonly number[]; data: TensorData }>): Uint8Array {
  const parts = [PROTOCOL_2, emptyOrderedDict, MARK];
  let key = 0;
  for (const [name, { shape, data }] of tensors) {
    const storage = [MARK, text('storage'), global('torch', storageOf(data)), text(String(key++)), text('cpu')];
    parts.push(
      text(name),
      global('torch._utils', '_rebuild_tensor_v2'),
      // Storage, first element, shape, strides, whether a gradient is wanted, hooks.
      ...[MARK, ...storage, integer(data.length), TUPLE, PERSISTENT_ID, integer(0)],
      ...[integers(shape), integers(stridesOf(shape)), FALSE, emptyOrderedDict, TUPLE, REDUCE],
    );
  }
  return Buffer.concat([...parts, SET_ITEMS, STOP]);
}

const opcode = (byte: number): Buffer => Buffer.of(byte);
const PROTOCOL_2 = Buffer.of(0x80, 2);
const MARK = opcode(0x28);
const TUPLE = opcode(0x74);
const REDUCE = opcode(0x52);
const PERSISTENT_ID = opcode(0x51);
const FALSE = opcode(0x89);
const SET_ITEMS = opcode(0x75);
const STOP = opcode(0x2e);
const emptyOrderedDict = Buffer.concat([global('collections', 'OrderedDict'), opcode(0x29), REDUCE]);

function global(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.from('X0000');
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Below 2³¹: an archive of 4 GiB holds no more elements. */
function integer(value: number): Buffer {
  const bytes = Buffer.from('J0000');
  bytes.writeInt32LE(value, 1);
  return bytes;
}

function integers(values: readonly number[]): Buffer {
  return Buffer.concat([MARK, ...values.map(integer), TUPLE]);
}

/** Elements from one index to the next along each axis of a row-major array. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

function storageOf(data: TensorData): string {
  if (data instanceof Float32Array) return 'FloatStorage';
  return data instanceof BigInt64Array ? 'LongStorage' : 'IntStorage';
}
