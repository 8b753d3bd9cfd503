/** The two problems of the benchmark, written as raw little-endian arrays that both sides read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { highlyVariableGenes, log1pCp10k, selectColumns, selectRows, stackRows } from '@geneformer-ts/baselines';
import { stratifiedKFold } from '@geneformer-ts/eval';
import { columnAsStrings, openAnnData } from '@geneformer-ts/io';

const GENES = 2000;

/** 2,638 blood cells of nine types (10x PBMC3k), 2,000 highly variable genes. @param {string} file h5ad of raw counts */
export async function pbmc3k(file) {
  const source = await openAnnData(file);
  const names = columnAsStrings(source.obs.columns.get('cell_type'));
  const types = [...new Set(names)].sort();
  const counts = await stackRows(source.blocks());
  await source.close();
  const y = Int32Array.from(names, (name) => types.indexOf(name));
  const levels = log1pCp10k(counts);
  const { train, test } = split(y);
  // Chosen on training cells, although no score of this benchmark is a finding.
  const genes = highlyVariableGenes(selectRows(levels, train), GENES);
  return parts(selectColumns(levels, genes), y, types.length, train, test);
}

/** Counts of 20,000 made-up cells of six types, 25 marker genes each at 1.9 times their level, normalized like the real ones. */
export function synthetic(cells = 20_000, classes = 6) {
  const draw = generator(7);
  const level = Float64Array.from({ length: GENES }, () => 0.25 * Math.log(1 - draw()) ** 2);
  const y = Int32Array.from({ length: cells }, () => Math.floor(draw() * classes));
  const indptr = new Int32Array(cells + 1);
  const indices = [];
  const data = [];
  for (let cell = 0; cell < cells; cell++) {
    const depth = 0.4 + 1.2 * draw();
    for (let gene = 0; gene < GENES; gene++) {
      const isMarker = gene % 80 === y[cell];
      const count = poisson(level[gene] * depth * (isMarker ? 1.9 : 1), draw);
      if (count === 0) continue;
      indices.push(gene);
      data.push(count);
    }
    indptr[cell + 1] = indices.length;
  }
  const counts = { rows: cells, cols: GENES, indptr, indices: Int32Array.from(indices), data: Float32Array.from(data) };
  const { train, test } = split(y);
  return parts(log1pCp10k(counts), y, classes, train, test);
}

/** Writes one file an array, and `shape.json`. */
export function writeProblem(folder, { classes, train, test }) {
  mkdirSync(folder, { recursive: true });
  for (const [name, { X, y }] of Object.entries({ train, test })) {
    for (const [field, values] of Object.entries({ indptr: X.indptr, indices: X.indices, data: X.data, y })) {
      writeFileSync(path.join(folder, `${name}.${field}`), values);
    }
  }
  const stored = train.X.indptr[train.X.rows] + test.X.indptr[test.X.rows];
  const rows = train.X.rows + test.X.rows;
  const shape = { classes, rows, cols: train.X.cols, density: stored / rows / train.X.cols };
  writeFileSync(path.join(folder, 'shape.json'), JSON.stringify(shape));
  return shape;
}

function split(y) {
  const folds = stratifiedKFold(y, { nSplits: 5, seed: 0 });
  const rows = Int32Array.from(y.keys());
  return { train: rows.filter((row) => folds[row] !== 0), test: rows.filter((row) => folds[row] === 0) };
}

function parts(X, y, classes, train, test) {
  const part = (rows) => ({ X: selectRows(X, rows), y: Int32Array.from(rows, (row) => y[row]) });
  return { classes, train: part(train), test: part(test) };
}

/** mulberry32. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function poisson(mean, draw) {
  let count = -1;
  for (let left = mean; left >= 0; left += Math.log(1 - draw())) count++;
  return count;
}
