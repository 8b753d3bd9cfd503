import { type Stateful, OpaqueObject } from '../pickle/machine.js';
import type { TensorData, TensorDtype } from '../tensors.js';

/** PyTorch's name of an element type. `dtype` is undefined for types that this package does not support. */
class StorageType {
  constructor(
    readonly name: string,
    readonly dtype: TensorDtype | undefined,
  ) {}
}

/** Elements that are stored outside the pickle, in the archive's entry `data/<key>`. */
class Storage {
  constructor(
    readonly type: StorageType,
    readonly key: string,
    readonly elements: number,
  ) {}
}

/** A tensor as PyTorch describes it: a view of a storage. Offset and strides count elements. */
export class TensorView {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** Python's ordered dictionary. Its state in PyTorch files has the versions of the modules, which do not affect weights. */
class OrderedDictionary extends Map<unknown, unknown> implements Stateful {
  setState(): void {
    // The state is ignored.
  }
}

/** @throws Error when the id is not that of a storage */
export function storageOf(id: unknown): Storage | OpaqueObject {
  // ('storage', type, key, the device it was on, elements)
  if (Array.isArray(id) && id[0] === 'storage') {
    const [, type, key, , elements] = id as unknown[];
    if (type instanceof OpaqueObject) return type;
    if (type instanceof StorageType && typeof key === 'string' && isCount(elements)) {
      return new Storage(type, key, elements);
    }
  }
  throw new Error('refers to a persistent object that is not a storage');
}

function rebuildTensor(...[storage, offset, shape, strides]: unknown[]): TensorView | OpaqueObject {
  if (storage instanceof OpaqueObject) return storage;
  if (!(storage instanceof Storage) || !isCount(offset))
    throw new Error('creates a tensor from a value that is not a storage');
  if (!isCounts(shape) || !isCounts(strides) || shape.length !== strides.length) {
    throw new Error('creates a tensor whose shape and strides are not integers of the same number');
  }
  return new TensorView(storage, offset, shape, strides);
}

function rebuildParameter(tensor: unknown): TensorView | OpaqueObject {
  if (tensor instanceof OpaqueObject) return tensor;
  if (!(tensor instanceof TensorView)) throw new Error('creates a parameter from a value that is not a tensor');
  return tensor;
}

function orderedDictionary(items: unknown = []): OrderedDictionary {
  if (!Array.isArray(items)) throw new Error('fills a dictionary from a value that is not a list');
  const dictionary = new OrderedDictionary();
  for (const item of items) {
    if (!Array.isArray(item) || item.length !== 2) throw new Error('fills a dictionary with items that are not pairs');
    dictionary.set(item[0], item[1]);
  }
  return dictionary;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The limit of PyTorch itself. */
const MAX_DIMENSIONS = 64;

function isCounts(values: unknown): values is number[] {
  return Array.isArray(values) && values.length <= MAX_DIMENSIONS && values.every(isCount);
}

const STORAGES: Record<string, TensorDtype | undefined> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  DoubleStorage: undefined,
  ShortStorage: undefined,
  CharStorage: undefined,
  ByteStorage: undefined,
  BoolStorage: undefined,
};

/** The names that are interpreted: tensors and their parts. Each only describes data. */
export const torchNames: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['collections OrderedDict', orderedDictionary],
  ['torch._utils _rebuild_tensor_v2', rebuildTensor],
  ['torch._utils _rebuild_tensor', rebuildTensor],
  ['torch._utils _rebuild_parameter', rebuildParameter],
  ...Object.entries(STORAGES).map(([name, dtype]): [string, unknown] => [
    `torch ${name}`,
    new StorageType(name, dtype),
  ]),
]);

/** Returns the range of storage elements that a view covers; `end` is exclusive. An empty view covers none. */
export function elementRange({ offset, shape, strides }: TensorView): { first: number; end: number } {
  if (shape.includes(0)) return { first: offset, end: offset };
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], offset);
  return { first: offset, end: last + 1 };
}

export function elementsOf({ shape }: { shape: readonly number[] }): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Returns whether the elements of a view are contiguous in row-major order. */
export function isContiguous({ shape, strides }: TensorView): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/** Copies a view with strides to row-major order. `source` begins at the first element of the view. */
export function gather(source: TensorData, { shape, strides }: Pick<TensorView, 'shape' | 'strides'>): TensorData {
  const axes = shape.length;
  const result = new (source.constructor as new (length: number) => Float32Array)(elementsOf({ shape }));
  // Source and result have the same type, which the compiler cannot infer from the union.
  const from = source as Float32Array;
  const position = new Array<number>(axes).fill(0);
  const inner = shape[axes - 1] ?? 1;
  const step = strides[axes - 1] ?? 0;
  for (let to = 0, at = 0; to < result.length;) {
    for (let i = 0; i < inner; i++) result[to++] = from[at + i * step]!;
    for (let axis = axes - 2; axis >= 0; axis--) {
      at += strides[axis];
      if (++position[axis] < shape[axis]) break;
      at -= shape[axis] * strides[axis];
      position[axis] = 0;
    }
  }
  return result;
}
