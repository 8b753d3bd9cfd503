/** Makes genes whose class is visible in their features, for tests. */
import type { GeneMatrices } from '../features.js';
import type { GeneSplit } from '../study-genes.js';

/** Returns a small random number generator, so that tests do not depend on that of another package. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => ((state = (state * 1103515245 + 12345) % 2147483648), state / 2147483648);
}

export function plantedSplit({ genes = 40, cells = 24, unlabeled = 8 } = {}): GeneSplit {
  const ids = Array.from({ length: genes }, (_, gene) => `gene ${gene}`);
  const others = Array.from({ length: unlabeled }, (_, gene) => `other ${gene}`);
  return {
    classes: ['insensitive', 'sensitive'],
    ids,
    tokens: ids.map((_, gene) => gene + 2),
    labels: ids.map((_, gene) => gene % 2),
    groups: null,
    folds: ids.map((_, gene) => Math.floor(gene / 2) % 5),
    nFolds: 5,
    unlabeled: { ids: others, tokens: others.map((_, gene) => genes + 2 + gene) },
    cells: {
      rows: Array.from({ length: cells }, (_, cell) => cell),
      ids: Array.from({ length: cells }, (_, cell) => `cell ${cell}`),
      folds: null,
    },
    listed: { insensitive: genes / 2, sensitive: genes / 2 },
  };
}

/** Returns features in which genes of class 1 are high in the first half of the cells and the others in the second, with added noise. */
export function plantedMatrices(split: GeneSplit, seed = 1): GeneMatrices {
  const draw = uniform(seed);
  const rows = split.ids.length + split.unlabeled.ids.length;
  const cols = split.cells.rows.length;
  const data = Float32Array.from({ length: rows * cols }, (_, at) => {
    const [gene, cell] = [Math.floor(at / cols), at % cols];
    const high = (split.labels[gene] ?? gene % 2) === 1 ? cell < cols / 2 : cell >= cols / 2;
    return (high ? 1 : 0) + 2 * draw();
  });
  return { levels: { rows, cols, data }, ranks: { rows, cols, data: data.map((value) => value / 4) } };
}
