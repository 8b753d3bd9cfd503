import { instantiateWasm, wasm, type WasmCode, type WasmFunction, WasmHeap, wasmTypes } from '@geneformer-ts/core';
import { TARGET_SUM } from '../counts/cell-totals.js';

/** Number of buckets; most cells have fewer genes. */
export const BUCKETS = 4096;
/** Shift from the bits of a float32 to its step, which selects the bucket: the exponent and 11 bits of the mantissa. */
export const STEP_SHIFT = 12;
/** Number of steps of positive numbers. */
export const STEPS = 1 << (31 - STEP_SHIFT);
/** A cell with more genes than this in one bucket is not distributed. */
const MAX_PER_BUCKET = 40;

/** What the ranking of a cell reads and writes, and its loops, as WebAssembly: they take half the time that they take in JavaScript. */
export interface RankKernel {
  /** Columns and counts of a row, for `gather`. */
  indices: Int32Array;
  data: Float32Array;
  /** Tokens and counts of the genes of a cell. */
  tokens: Int32Array;
  counts: Float64Array;
  /** Bits of the products of counts and inverse medians in single precision. */
  bits: Int32Array;
  bucketOfStep: Uint16Array;
  /** Positions of genes in order of rank. */
  order: Int32Array;
  /** Tokens in order of rank, after `collect`. */
  ranked: Int32Array;
  /** Fills `tokens` and `counts` from a row of n entries. Returns how many, or -1 when columns do not ascend or are out of range. */
  gather(n: number): number;
  /** Distributes n genes to buckets. Returns how many can be among the first `limit`, or -1 if a bucket has too many. */
  distribute(n: number, limit: number): number;
  /** Insertion sort that moves only genes out of order: those behind a smaller product. */
  arrange(n: number, total: number): void;
  /** Fills the first n of `ranked`. */
  collect(n: number): void;
}

/** What a kernel knows of genes. */
export interface RankedGenes {
  /** Token of each column, -1 if it has none. */
  tokenOfColumn: Int32Array;
  /** By token, positive for genes. */
  median: Float64Array;
}

type Loops = Pick<RankKernel, 'gather' | 'distribute' | 'arrange' | 'collect'>;

type Addresses = Record<
  | 'indices'
  | 'data'
  | 'tokens'
  | 'counts'
  | 'bits'
  | 'buckets'
  | 'order'
  | 'sorted'
  | 'ranked'
  | 'tokenOfColumn'
  | 'median',
  number
> &
  Record<'inverse' | 'bucketOfStep' | 'ends', number>;

/** Returns a kernel for rows of at most `capacity` entries. */
export function createRankKernel({ tokenOfColumn, median }: RankedGenes, capacity: number): RankKernel {
  const perEntry = [4, 4, 4, 8, 4, 2, 4, 4, 4];
  const tables = [tokenOfColumn.byteLength, 2 * median.byteLength, 2 * STEPS, 4 * BUCKETS];
  const bytes = perEntry.map((size) => size * capacity).concat(tables);
  // Every array may be rounded up to 16 bytes.
  const heap = new WasmHeap(
    bytes.reduce((sum, size) => sum + size + 32, 0),
    false,
  );
  const arrays = {
    indices: heap.allocate(Int32Array, capacity),
    data: heap.allocate(Float32Array, capacity),
    tokens: heap.allocate(Int32Array, capacity),
    counts: heap.allocate(Float64Array, capacity),
    bits: heap.allocate(Int32Array, capacity),
    buckets: heap.allocate(Uint16Array, capacity),
    order: heap.allocate(Int32Array, capacity),
    sorted: heap.allocate(Int32Array, capacity),
    ranked: heap.allocate(Int32Array, capacity),
    tokenOfColumn: heap.copy(tokenOfColumn),
    median: heap.copy(median),
    inverse: heap.copy(median.map((value) => 1 / value)),
    bucketOfStep: heap.allocate(Uint16Array, STEPS),
    ends: heap.allocate(Int32Array, BUCKETS),
  };
  const addresses = Object.fromEntries(
    Object.entries(arrays).map(([name, { byteOffset }]) => [name, byteOffset]),
  ) as Addresses;
  const functions = [
    gather(addresses, tokenOfColumn.length),
    distribute(addresses),
    arrange(addresses),
    collect(addresses),
  ];
  return { ...arrays, ...(instantiateWasm(heap.memory, functions) as unknown as Loops) };
}

const { i32, f32, f64, get, set, when, whileLoop, giveBack } = wasm;

/** The element of an array at the index that a local has. */
const element = (index: number, shift: number): WasmCode => i32.shl(get(index), i32.const(shift));
const next = (local: number): WasmCode => set(local, i32.add(get(local), i32.const(1)));

function gather(at: Addresses, columns: number): WasmFunction {
  const [n, k, column, previous, token, m, count] = Array(7).keys();
  const isGene = i32.and(i32.ge(get(token), i32.const(0)), f64.isNotZero(get(count)));
  return {
    name: 'gather',
    parameters: [wasmTypes.i32],
    locals: [...Array<number>(5).fill(wasmTypes.i32), wasmTypes.f64],
    result: wasmTypes.i32,
    body: [
      ...set(previous, i32.const(-1)),
      ...whileLoop(
        i32.lt(get(k), get(n)),
        set(column, i32.load(element(k, 2), at.indices)),
        when(
          i32.or(i32.le(get(column), get(previous)), i32.ge(get(column), i32.const(columns))),
          giveBack(i32.const(-1)),
        ),
        set(previous, get(column)),
        set(token, i32.load(element(column, 2), at.tokenOfColumn)),
        set(count, f64.ofSingle(f32.load(element(k, 2), at.data))),
        // Always written, because a branch would often go the unexpected way; the next entry overwrites what is not a gene.
        i32.store(element(m, 2), get(token), at.tokens),
        f64.store(element(m, 3), get(count), at.counts),
        set(m, i32.add(get(m), isGene)),
        next(k),
      ),
      ...get(m),
    ],
  };
}

function distribute(at: Addresses): WasmFunction {
  const [n, limit, i, bucket, begin, most, size, to, bits] = Array(9).keys();
  const product = f64.mul(
    f64.load(element(i, 3), at.counts),
    f64.load(i32.shl(i32.load(element(i, 2), at.tokens), i32.const(3)), at.inverse),
  );
  const step = (value: WasmCode): WasmCode => i32.shl(i32.shrUnsigned(value, i32.const(STEP_SHIFT)), i32.const(1));
  const bucketOf = (value: WasmCode): WasmCode => i32.load16(step(value), at.bucketOfStep);
  const endOf = (value: WasmCode): WasmCode => i32.load(i32.shl(bucketOf(value), i32.const(2)), at.ends);
  return {
    name: 'distribute',
    parameters: [wasmTypes.i32, wasmTypes.i32],
    locals: Array<number>(7).fill(wasmTypes.i32),
    result: wasmTypes.i32,
    body: [
      ...wasm.clear(i32.const(at.ends), 4 * BUCKETS),
      ...whileLoop(
        i32.lt(get(i), get(n)),
        set(bits, i32.ofBits(f32.ofDouble(product))),
        i32.store(element(i, 2), get(bits), at.bits),
        set(bucket, bucketOf(get(bits))),
        i32.store16(element(i, 1), get(bucket), at.buckets),
        i32.store(element(bucket, 2), i32.add(i32.load(element(bucket, 2), at.ends), i32.const(1)), at.ends),
        next(i),
      ),
      // Sizes become starts.
      ...set(bucket, i32.const(0)),
      ...whileLoop(
        i32.lt(get(bucket), i32.const(BUCKETS)),
        set(size, i32.load(element(bucket, 2), at.ends)),
        set(most, wasm.select(get(size), get(most), i32.gt(get(size), get(most)))),
        i32.store(element(bucket, 2), get(begin), at.ends),
        set(begin, i32.add(get(begin), get(size))),
        next(bucket),
      ),
      ...when(i32.gt(get(most), i32.const(MAX_PER_BUCKET)), giveBack(i32.const(-1))),
      // Starts become ends.
      ...set(i, i32.const(0)),
      ...whileLoop(
        i32.lt(get(i), get(n)),
        set(bucket, i32.load16(element(i, 1), at.buckets)),
        set(to, i32.load(element(bucket, 2), at.ends)),
        i32.store(element(bucket, 2), i32.add(get(to), i32.const(1)), at.ends),
        i32.store(element(to, 2), get(i), at.order),
        i32.store(element(to, 2), i32.load(element(i, 2), at.bits), at.sorted),
        next(i),
      ),
      ...when(i32.le(get(n), get(limit)), giveBack(get(n))),
      // Nearly equal values are in the same bucket or in consecutive filled buckets, which need not be adjacent.
      ...set(to, endOf(i32.load(i32.shl(i32.sub(get(limit), i32.const(1)), i32.const(2)), at.sorted))),
      ...when(i32.ge(get(to), get(n)), giveBack(get(n))),
      ...endOf(i32.load(element(to, 2), at.sorted)),
    ],
  };
}

function collect(at: Addresses): WasmFunction {
  const [n, i] = [0, 1];
  const token = i32.load(i32.shl(i32.load(element(i, 2), at.order), i32.const(2)), at.tokens);
  return {
    name: 'collect',
    parameters: [wasmTypes.i32],
    locals: [wasmTypes.i32],
    body: whileLoop(i32.lt(get(i), get(n)), i32.store(element(i, 2), token, at.ranked), next(i)),
  };
}

function arrange(at: Addresses): WasmFunction {
  const [n, total, i, slot, mine, position, ahead, other, isBefore, value, otherValue] = Array(11).keys();
  const tokenOf = (local: number): WasmCode => i32.load(element(local, 2), at.tokens);
  const exact = (local: number): WasmCode =>
    f64.div(
      f64.mul(f64.div(f64.load(element(local, 3), at.counts), get(total)), f64.const(TARGET_SUM)),
      f64.load(i32.shl(tokenOf(local), i32.const(3)), at.median),
    );
  const bitsAhead = i32.load(element(slot, 2), at.sorted - 4);
  const geneAhead = i32.load(element(slot, 2), at.order - 4);
  const put = (bits: WasmCode, gene: WasmCode): WasmCode => [
    ...i32.store(element(slot, 2), bits, at.sorted),
    ...i32.store(element(slot, 2), gene, at.order),
  ];
  return {
    name: 'arrange',
    parameters: [wasmTypes.i32, wasmTypes.f64],
    locals: [...Array<number>(7).fill(wasmTypes.i32), wasmTypes.f64, wasmTypes.f64],
    body: [
      ...set(i, i32.const(1)),
      ...whileLoop(
        i32.lt(get(i), get(n)),
        set(mine, i32.load(element(i, 2), at.sorted)),
        set(slot, get(i)),
        when(
          i32.le(bitsAhead, i32.add(get(mine), i32.const(1))),
          set(position, i32.load(element(i, 2), at.order)),
          set(value, exact(position)),
          whileLoop(
            i32.gt(get(slot), i32.const(0)),
            set(ahead, i32.sub(bitsAhead, get(mine))),
            set(isBefore, i32.gt(get(ahead), i32.const(1))),
            // Products that differ by at most one bit are compared by their exact values.
            when(
              i32.and(i32.le(get(ahead), i32.const(1)), i32.ge(get(ahead), i32.const(-1))),
              set(other, geneAhead),
              set(otherValue, exact(other)),
              set(
                isBefore,
                i32.or(
                  f64.gt(get(otherValue), get(value)),
                  i32.and(f64.eq(get(otherValue), get(value)), i32.lt(tokenOf(other), tokenOf(position))),
                ),
              ),
            ),
            wasm.breakIf(get(isBefore)),
            put(bitsAhead, geneAhead),
            set(slot, i32.sub(get(slot), i32.const(1))),
          ),
          put(get(mine), get(position)),
        ),
        next(i),
      ),
    ],
  };
}
