/** Rows or columns of a sparse matrix, one after the other. */
export interface Compressed {
  indptr: Int32Array;
  indices: Int32Array;
  data: Float32Array | Float64Array;
}

/** Writes products of compressed lines; see {@link gather}. */
export type Gather = (
  lines: Compressed,
  source: Float64Array,
  outputs: number,
  from: number,
  to: number,
  out: Float64Array,
) => void;

/**
 * Products of a compressed matrix with `outputs` columns of a dense one: `out[i] = Σ data × source[index]` for the lines `from … to - 1`.
 * With the lines of rows and the weights as source they are the scores, with the lines of columns and the residuals the gradient. Each
 * stored value is read once for four outputs, as many sums as registers hold beside what they are made of.
 */
export function gather(
  lines: Compressed,
  source: Float64Array,
  outputs: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  let k = 0;
  for (; k + 4 <= outputs; k += 4) gatherFour(lines, source, outputs, k, from, to, out);
  for (; k + 2 <= outputs; k += 2) gatherTwo(lines, source, outputs, k, from, to, out);
  if (k < outputs) gatherOne(lines, source, outputs, k, from, to, out);
}

function gatherFour(
  { indptr, indices, data }: Compressed,
  source: Float64Array,
  outputs: number,
  k: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  for (let line = from; line < to; line++) {
    const end = indptr[line + 1];
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = indptr[line]; i < end; i++) {
      const value = data[i];
      const at = indices[i] * outputs + k;
      a += value * source[at];
      b += value * source[at + 1];
      c += value * source[at + 2];
      d += value * source[at + 3];
    }
    const at = line * outputs + k;
    out[at] = a;
    out[at + 1] = b;
    out[at + 2] = c;
    out[at + 3] = d;
  }
}

function gatherTwo(
  { indptr, indices, data }: Compressed,
  source: Float64Array,
  outputs: number,
  k: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  for (let line = from; line < to; line++) {
    const end = indptr[line + 1];
    let a = 0;
    let b = 0;
    for (let i = indptr[line]; i < end; i++) {
      const value = data[i];
      const at = indices[i] * outputs + k;
      a += value * source[at];
      b += value * source[at + 1];
    }
    out[line * outputs + k] = a;
    out[line * outputs + k + 1] = b;
  }
}

function gatherOne(
  { indptr, indices, data }: Compressed,
  source: Float64Array,
  outputs: number,
  k: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  for (let line = from; line < to; line++) {
    const end = indptr[line + 1];
    let sum = 0;
    for (let i = indptr[line]; i < end; i++) sum += data[i] * source[indices[i] * outputs + k];
    out[line * outputs + k] = sum;
  }
}
