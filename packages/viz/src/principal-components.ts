import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const oversampling = 10;
const powerIterations = 4;

/**
 * Scores of the first `components` principal components of centred data (rows × cols, row-major): rows × components, by decreasing
 * variance. Randomised subspace iteration (Halko, Martinsson & Tropp, SIAM Review 53:217, 2011, algorithms 4.4 and 5.1), seeded;
 * each component's sign is set so that its largest score is positive. Yields after every pass over the data.
 */
export function* principalComponents(
  centred: Float64Array,
  rows: number,
  cols: number,
  components: number,
  seed: number,
): Generator<void, Float64Array> {
  const width = Math.min(components + oversampling, rows, cols);
  const random = xoroshiro128plus(seed);
  let directions: Float64Array = Float64Array.from({ length: cols * width }, () => uniformFloat64(random) - 0.5);
  for (let iteration = 0; iteration < powerIterations; iteration++) {
    orthonormalise(directions, cols, width);
    const scores = multiply(centred, directions, rows, cols, width);
    yield;
    // Orthonormal directions once a round are enough: in double precision one product with dataᵀ·data loses none of them.
    directions = multiplyTransposed(centred, scores, rows, cols, width);
    yield;
  }
  orthonormalise(directions, cols, width);
  const scores = multiply(centred, directions, rows, cols, width);
  yield;
  return rotate(scores, rows, width, components);
}

/** Subtracts each column's mean; rows × cols in double precision. */
export function centre(data: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const centred = Float64Array.from(data);
  const means = new Float64Array(cols);
  for (let r = 0, at = 0; r < rows; r++) for (let c = 0; c < cols; c++, at++) means[c] = means[c] + centred[at] / rows;
  for (let r = 0, at = 0; r < rows; r++) for (let c = 0; c < cols; c++, at++) centred[at] = centred[at] - means[c];
  return centred;
}

/** data (rows × cols) · directions (cols × width). */
function multiply(
  data: Float64Array,
  directions: Float64Array,
  rows: number,
  cols: number,
  width: number,
): Float64Array {
  const product = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++) {
    const out = r * width;
    for (let c = 0; c < cols; c++) {
      const value = data[r * cols + c];
      const from = c * width;
      for (let w = 0; w < width; w++) product[out + w] = product[out + w] + value * directions[from + w];
    }
  }
  return product;
}

/** dataᵀ (cols × rows) · scores (rows × width). */
function multiplyTransposed(
  data: Float64Array,
  scores: Float64Array,
  rows: number,
  cols: number,
  width: number,
): Float64Array {
  const product = new Float64Array(cols * width);
  for (let r = 0; r < rows; r++) {
    const from = r * width;
    for (let c = 0; c < cols; c++) {
      const value = data[r * cols + c];
      const out = c * width;
      for (let w = 0; w < width; w++) product[out + w] = product[out + w] + value * scores[from + w];
    }
  }
  return product;
}

/** Modified Gram–Schmidt on the columns, twice, in place; a column that depends on the others becomes zero. */
function orthonormalise(matrix: Float64Array, rows: number, width: number): void {
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += matrix[r * width + a] * matrix[r * width + b];
    return sum;
  };
  for (let w = 0; w < width; w++) {
    const before = Math.sqrt(dot(w, w));
    for (let pass = 0; pass < 2; pass++) {
      for (let earlier = 0; earlier < w; earlier++) {
        const along = dot(w, earlier);
        for (let r = 0; r < rows; r++) {
          matrix[r * width + w] = matrix[r * width + w] - along * matrix[r * width + earlier];
        }
      }
    }
    const length = Math.sqrt(dot(w, w));
    const scale = length > before * 1e-10 ? 1 / length : 0;
    for (let r = 0; r < rows; r++) matrix[r * width + w] = matrix[r * width + w] * scale;
  }
}

/** Turns scores in some basis of the subspace into scores along its principal axes: the eigenvectors of their covariance. */
function rotate(scores: Float64Array, rows: number, width: number, components: number): Float64Array {
  const covariance = multiplyTransposed(scores, scores, rows, width, width);
  const axes = jacobiEigenvectors(covariance, width);
  const order = Array.from({ length: width }, (_, i) => i).sort(
    (a, b) => covariance[b * width + b] - covariance[a * width + a] || a - b,
  );
  const rotated = multiply(scores, axes, rows, width, width);
  const kept = Math.min(components, width);
  const result = new Float64Array(rows * kept);
  for (let k = 0; k < kept; k++) {
    const from = order[k];
    let largest = 0;
    for (let r = 0; r < rows; r++) {
      const value = rotated[r * width + from];
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    const sign = largest < 0 ? -1 : 1;
    for (let r = 0; r < rows; r++) result[r * kept + k] = sign * rotated[r * width + from];
  }
  return result;
}

/** Cyclic Jacobi rotations: leaves the eigenvalues on the diagonal of `matrix` and returns the eigenvectors as columns. */
function jacobiEigenvectors(matrix: Float64Array, n: number): Float64Array {
  const vectors = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  const at = (r: number, c: number): number => matrix[r * n + c];
  const turn = (target: Float64Array, i: number, j: number, cos: number, sin: number): void => {
    const [a, b] = [target[i], target[j]];
    target[i] = cos * a - sin * b;
    target[j] = sin * a + cos * b;
  };
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    let trace = 0;
    for (let r = 0; r < n; r++)
      for (let c = 0; c < n; c++)
        if (r === c) trace += at(r, c) * at(r, c);
        else off += at(r, c) * at(r, c);
    if (off <= 1e-24 * trace) break;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        if (at(p, q) === 0) continue;
        const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const tan = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cos = 1 / Math.sqrt(tan * tan + 1);
        const sin = tan * cos;
        for (let k = 0; k < n; k++) turn(matrix, k * n + p, k * n + q, cos, sin);
        for (let k = 0; k < n; k++) turn(matrix, p * n + k, q * n + k, cos, sin);
        for (let k = 0; k < n; k++) turn(vectors, k * n + p, k * n + q, cos, sin);
      }
    }
  }
  return vectors;
}
