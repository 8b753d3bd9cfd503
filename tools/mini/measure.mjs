/** Measures vectors of cells and genes with linear classifiers. */
import { LogisticRegression, StandardScaler } from '@geneformer-ts/baselines';
import { below, namedRandom, shuffle } from '@geneformer-ts/core';
import { macroF1, rocAuc, stratifiedKFold } from '@geneformer-ts/eval';

/** Number of label draws, and of repetitions of the folds over genes. */
const DRAWS = 5;

/**
 * Macro F1 of logistic regression that is trained on a few labeled cells per type and tested on all others; mean, lowest and highest of
 * five draws of labels.
 *
 * @param {{ data: Float32Array, rows: number, cols: number }} vectors dense or sparse rows
 * @param {string[]} labels
 */
export function fewLabels(vectors, labels, { perType = 10, scaled = true, draws = DRAWS } = {}) {
  const names = [...new Set(labels)].sort();
  const codes = Int32Array.from(labels, (label) => names.indexOf(label));
  const scores = Array.from({ length: draws }, (_, draw) => {
    const train = drawPerType(codes, names.length, perType, draw);
    const isTrain = new Set(train);
    const test = Int32Array.from(codes.keys()).filter((row) => !isTrain.has(row));
    let [known, unknown] = [train, test].map((rows) => rowsOf(vectors, rows));
    if (scaled) {
      const scaler = new StandardScaler().fit(known);
      [known, unknown] = [known, unknown].map((rows) => scaler.transform(rows));
    }
    const trained = new LogisticRegression({ maxIter: 300 }).fit(
      known,
      train.map((row) => codes[row]),
      names.length,
    );
    const predicted = trained.predict(unknown);
    return macroF1(
      test.map((row) => codes[row]),
      predicted,
      names.length,
    );
  });
  return { mean: mean(scores), low: Math.min(...scores), high: Math.max(...scores) };
}

function drawPerType(codes, types, perType, draw) {
  const random = namedRandom(draw, 10);
  const rows = Array.from({ length: types }, (_, type) => {
    const own = Int32Array.from(codes.keys()).filter((row) => codes[row] === type);
    return shuffle(own, random).subarray(0, perType);
  });
  return Int32Array.from(rows.flatMap((own) => [...own]));
}

/**
 * Area under the ROC curve of dosage sensitivity by logistic regression on gene vectors, mean over five times five stratified folds.
 *
 * @param {Float32Array} table vectors [vocabulary × width]
 * @param {{ id: number, sensitive: boolean }[]} genes
 */
export function geneAuc(table, width, genes) {
  const data = Float32Array.from(genes.flatMap(({ id }) => [...table.subarray(id * width, (id + 1) * width)]));
  const vectors = { rows: genes.length, cols: width, data };
  const truth = Int32Array.from(genes, ({ sensitive }) => (sensitive ? 1 : 0));
  const rows = Int32Array.from(truth.keys());
  const scores = Array.from({ length: DRAWS }, (_, seed) => {
    const folds = stratifiedKFold(truth, { nSplits: 5, seed });
    return Array.from({ length: 5 }, (__, fold) => {
      const [train, test] = [rows.filter((row) => folds[row] !== fold), rows.filter((row) => folds[row] === fold)];
      const scaler = new StandardScaler().fit(rowsOf(vectors, train));
      const [known, unknown] = [train, test].map((rows) => scaler.transform(rowsOf(vectors, rows)));
      const trained = new LogisticRegression({ C: 0.1, maxIter: 300 }).fit(
        known,
        train.map((row) => truth[row]),
        2,
      );
      return rocAuc(
        test.map((row) => truth[row]),
        trained.predictProba(unknown),
        2,
      );
    });
  });
  return mean(scores.flat());
}

/** Returns a table of random vectors, the floor for gene vectors and for sums of them. */
export function randomTable(size, width, seed = 0) {
  const random = namedRandom(seed, 11);
  return Float32Array.from({ length: size * width }, () => (below(random, 2 ** 20) / 2 ** 20 - 0.5) * Math.sqrt(12));
}

/** Returns log(1 + counts per 10,000) as sparse rows, cells × vocabulary. */
export function levelRows({ inputIds, offsets, counts }, cols) {
  const data = Float32Array.from(counts, (count) => Math.log1p(count));
  const rows = offsets.length - 1;
  const indices = new Int32Array(inputIds.length);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row], offsets[row + 1]];
    const order = Array.from({ length: end - start }, (_, i) => start + i).sort((a, b) => inputIds[a] - inputIds[b]);
    const levels = order.map((at) => data[at]);
    order.forEach((at, i) => (indices[start + i] = inputIds[at]));
    data.set(levels, start);
  }
  return { rows, cols, indptr: offsets, indices, data };
}

function rowsOf(matrix, rows) {
  const { cols, data, indptr, indices } = matrix;
  if (!indptr) {
    const chosen = new Float32Array(rows.length * cols);
    rows.forEach((row, at) => chosen.set(data.subarray(row * cols, (row + 1) * cols), at * cols));
    return { rows: rows.length, cols, data: chosen };
  }
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => (starts[at + 1] = starts[at] + indptr[row + 1] - indptr[row]));
  const [newIndices, newData] = [new Int32Array(starts[rows.length]), new Float32Array(starts[rows.length])];
  rows.forEach((row, at) => {
    newIndices.set(indices.subarray(indptr[row], indptr[row + 1]), starts[at]);
    newData.set(data.subarray(indptr[row], indptr[row + 1]), starts[at]);
  });
  return { rows: rows.length, cols, indptr: starts, indices: newIndices, data: newData };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
