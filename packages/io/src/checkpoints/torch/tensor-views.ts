import { type Stateful, Unread } from '../pickle/machine.js';
import type { TensorData, TensorDtype } from '../tensors.js';

/** PyTorch's name for an element type; `dtype` is absent where this package has no arrays for it. */
class StorageType {
  constructor(
    readonly name: string,
    readonly dtype: TensorDtype | undefined,
  ) {}
}

/** A run of elements kept beside the pickle, in the archive's entry `data/<key>`. */
class Storage {
  constructor(
    readonly type: StorageType,
    readonly key: string,
    readonly elements: number,
  ) {}
}

/** A tensor as PyTorch describes it: a view of a storage, in elements. */
export class TensorView {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** Python's ordered dictionary. The state that PyTorch gives it holds the versions of modules, which say nothing about weights. */
class OrderedDictionary extends Map<unknown, unknown> implements Stateful {
  setState(): void {
    // Nothing of it is wanted.
  }
}

/** @throws Error when the id is not that of a storage */
export function storageOf(id: unknown): Storage | Unread {
  // ('storage', type, key, the device it was on, elements)
  if (Array.isArray(id) && id[0] === 'storage') {
    const [, type, key, , elements] = id as unknown[];
    if (type instanceof Unread) return type;
    if (type instanceof StorageType && typeof key === 'string' && isCount(elements)) {
      return new Storage(type, key, elements);
    }
  }
  throw new Error('refers to something outside that is no storage');
}

function rebuildTensor(...[storage, offset, shape, strides]: unknown[]): TensorView | Unread {
  if (storage instanceof Unread) return storage;
  if (!(storage instanceof Storage) || !isCount(offset)) throw new Error('makes a tensor of what is no storage');
  if (!isCounts(shape) || !isCounts(strides) || shape.length !== strides.length) {
    throw new Error('makes a tensor whose shape and strides are not as many whole numbers');
  }
  return new TensorView(storage, offset, shape, strides);
}

function rebuildParameter(tensor: unknown): TensorView | Unread {
  if (tensor instanceof Unread) return tensor;
  if (!(tensor instanceof TensorView)) throw new Error('makes a parameter of what is no tensor');
  return tensor;
}

function orderedDictionary(items: unknown = []): OrderedDictionary {
  if (!Array.isArray(items)) throw new Error('fills a dictionary with what is no list');
  const dictionary = new OrderedDictionary();
  for (const item of items) {
    if (!Array.isArray(item) || item.length !== 2) throw new Error('fills a dictionary with what are no pairs');
    dictionary.set(item[0], item[1]);
  }
  return dictionary;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** More dimensions than PyTorch itself allows would only be there to do harm. */
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

/** The only names whose meaning is known: tensors and what they are made of. None of them does more than describe. */
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

/** The elements of a storage that a view looks at, from `first` to before `end`. An empty view looks at none. */
export function reach({ offset, shape, strides }: TensorView): { first: number; end: number } {
  if (shape.includes(0)) return { first: offset, end: offset };
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], offset);
  return { first: offset, end: last + 1 };
}

export function elementsOf({ shape }: { shape: readonly number[] }): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether the view's elements lie one after the other in row-major order. */
export function isContiguous({ shape, strides }: TensorView): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/** Copies a strided view out in row-major order; `source` begins at the view's first element. */
export function gather(source: TensorData, { shape, strides }: Pick<TensorView, 'shape' | 'strides'>): TensorData {
  const axes = shape.length;
  const result = new (source.constructor as new (length: number) => Float32Array)(elementsOf({ shape }));
  // Source and result are of one type, which the compiler cannot know of the union.
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
