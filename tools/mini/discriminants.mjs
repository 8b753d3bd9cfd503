/**
 * The linear model to beat, which also is the teacher: linear discriminants of log(1 + counts per 10,000) that separate the profiles. The
 * variance within profiles is a diagonal matrix, as for independent counts.
 */
import { PCA } from '@geneformer-ts/analysis';

/** Added to the variance of each gene, so that hardly expressed genes do not get the largest weights. */
const LEAST_VARIANCE = 0.05;

/**
 * @param {{ inputIds: Int32Array, offsets: Int32Array, counts: Float32Array }} cells
 * @param {Int32Array} profiles profile of each cell, as codes
 * @param {number} width number of discriminants
 * @param {number} vocabularySize
 * @returns {Float32Array} weights [vocabulary × width], scaled to variance 1 over genes
 */
export function discriminants({ inputIds, offsets, counts }, profiles, width, vocabularySize) {
  const groups = profiles.reduce((most, code) => Math.max(most, code), 0) + 1;
  const sizes = new Float64Array(groups);
  const sums = Array.from({ length: groups }, () => new Float64Array(vocabularySize));
  const squares = new Float64Array(vocabularySize);
  profiles.forEach((profile, cell) => {
    sizes[profile]++;
    for (let at = offsets[cell]; at < offsets[cell + 1]; at++) {
      const level = Math.log1p(counts[at]);
      sums[profile][inputIds[at]] += level;
      squares[inputIds[at]] += level ** 2;
    }
  });
  const scale = scaleWithin(sums, sizes, squares, profiles.length);
  // One row per profile, weighted by its number of cells.
  const rows = sums.map((sum, group) => {
    const weight = Math.sqrt(sizes[group]) / sizes[group];
    return sum.map((total, gene) => total * weight * scale[gene]);
  });
  const axes = new PCA({ nComponents: width, iteratedPower: 4 }).fit(sparseRows(rows, vocabularySize)).components;
  const weights = new Float32Array(vocabularySize * width);
  axes.forEach((axis, column) => {
    const own = axis.map((value, gene) => value * scale[gene]);
    const deviation = Math.sqrt(own.reduce((sum, value) => sum + value ** 2, 0) / vocabularySize);
    own.forEach((value, gene) => (weights[gene * width + column] = value / deviation));
  });
  return weights;
}

/** Returns 1 / standard deviation of each gene within profiles. */
function scaleWithin(sums, sizes, squares, cells) {
  const between = new Float64Array(squares.length);
  sums.forEach((sum, group) => sum.forEach((total, gene) => (between[gene] += total ** 2 / sizes[group])));
  return squares.map((square, gene) => {
    const variance = Math.max(0, (square - between[gene]) / cells);
    return 1 / Math.sqrt(variance + LEAST_VARIANCE);
  });
}

function sparseRows(rows, cols) {
  const indptr = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => (indptr[at + 1] = indptr[at] + row.reduce((n, value) => n + (value === 0 ? 0 : 1), 0)));
  const indices = new Int32Array(indptr[rows.length]);
  const data = new Float32Array(indptr[rows.length]);
  let at = 0;
  for (const row of rows) {
    row.forEach((value, col) => {
      if (value === 0) return;
      indices[at] = col;
      data[at++] = value;
    });
  }
  return { rows: rows.length, cols, indptr, indices, data };
}

/**
 * Returns the scores of cells: sums of the weights of their genes times their levels.
 *
 * @returns {{ data: Float32Array, rows: number, cols: number }}
 */
export function linearScores({ inputIds, offsets, counts }, weights, width) {
  const rows = offsets.length - 1;
  const data = new Float32Array(rows * width);
  for (let cell = 0; cell < rows; cell++) {
    for (let at = offsets[cell]; at < offsets[cell + 1]; at++) {
      const level = Math.log1p(counts[at]);
      const from = inputIds[at] * width;
      for (let i = 0; i < width; i++) data[cell * width + i] += level * weights[from + i];
    }
  }
  return { data, rows, cols: width };
}
