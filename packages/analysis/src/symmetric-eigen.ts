const SWEEPS = 60;

/** Eigenvalues of a symmetric matrix, descending, and their vectors as the columns of `vectors`. */
export interface Eigen {
  values: Float64Array;
  /** `[row * size + i]` belongs to value i. */
  vectors: Float64Array;
}

/** Cyclic Jacobi rotations (Golub and Van Loan 2013, section 8.5): slow for large matrices, accurate for the small ones it is used on. */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const a = matrix.slice();
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a, size) > 0; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, size, p, q);
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * size + j] - a[i * size + i] || i - j);
  return {
    values: Float64Array.from(order, (i) => a[i * size + i]),
    vectors: v.map((_, at) => v[at - (at % size) + order[at % size]]),
  };
}

/** Sum of squares off the diagonal, 0 when they no longer matter beside it. */
function offDiagonal(a: Float64Array, size: number): number {
  let off = 0;
  let on = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i === j) on += a[i * size + i] ** 2;
      else off += a[i * size + j] ** 2;
    }
  }
  return off > 1e-30 * on ? off : 0;
}

/** Turns rows and columns p and q so that their common entry becomes 0. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const common = a[p * size + q];
  if (common === 0) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * common);
  const t = (Math.sign(theta) || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let i = 0; i < size; i++) turn(a, i * size + p, i * size + q, c, s);
  for (let i = 0; i < size; i++) turn(a, p * size + i, q * size + i, c, s);
  for (let i = 0; i < size; i++) turn(v, i * size + p, i * size + q, c, s);
}

function turn(values: Float64Array, one: number, other: number, c: number, s: number): void {
  const x = values[one];
  const y = values[other];
  values[one] = c * x - s * y;
  values[other] = s * x + c * y;
}
