import type { TensorData } from '../safetensors/dtypes.js';
import type { TensorView } from './names.js';

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
