/**
 * Measures cells per second of the encoder against a plain implementation, in one thread, on synthetic counts. After a build:
 *
 *   node packages/tokenizer/bench/encode.mjs [cells]
 */
import { performance } from 'node:perf_hooks';
import { BlockEncoder } from '../dist/encode/block-encoder.js';

const CELLS = Number(process.argv[2] ?? 1024);
const GENES = 20_000;
const MAX_LENGTH = 2048;
const ROUNDS = 5;

let state = 1;
function uniform() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

/** Returns a block whose cells express about `share` of the genes, few of them highly. */
function makeBlock(share) {
  const indptr = new Int32Array(CELLS + 1);
  const indices = [];
  const data = [];
  for (let row = 0; row < CELLS; row++) {
    const depth = share * (0.5 + uniform());
    for (let column = 0; column < GENES; column++) {
      if (uniform() > depth) continue;
      indices.push(column);
      data.push(Math.ceil(uniform() ** -0.8));
    }
    indptr[row + 1] = indices.length;
  }
  return {
    rowStart: 0,
    rows: CELLS,
    cols: GENES,
    indptr,
    indices: Int32Array.from(indices),
    data: Float32Array.from(data),
  };
}

/** The definition in its simplest form: one object per gene, one comparison sort per cell. */
function encodePlainly({ rows, indptr, indices, data }, totals, { tokenOfColumn, medianOfColumn }) {
  const cells = [];
  for (let row = 0; row < rows; row++) {
    const genes = [];
    for (let k = indptr[row]; k < indptr[row + 1]; k++) {
      const column = indices[k];
      if (tokenOfColumn[column] < 0 || data[k] === 0) continue;
      genes.push({ token: tokenOfColumn[column], value: ((data[k] / totals[row]) * 10_000) / medianOfColumn[column] });
    }
    genes.sort((a, b) => b.value - a.value || a.token - b.token);
    cells.push(genes.slice(0, MAX_LENGTH).map(({ token }) => token));
  }
  return cells;
}

function secondsOf(work) {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
}

const genes = {
  tokenOfColumn: Int32Array.from({ length: GENES }, (_, column) => 2 + ((column * 7919) % GENES)),
  medianOfColumn: Float64Array.from({ length: GENES }, () => Math.exp(1 + uniform() + uniform() - uniform())),
  hasDuplicates: false,
};
const vocabulary = { size: GENES + 2, clsId: null, eosId: null };

for (const share of [0.04, 0.15, 0.35]) {
  const block = makeBlock(share);
  const totals = new Float64Array(CELLS);
  for (let row = 0; row < CELLS; row++) {
    for (let k = block.indptr[row]; k < block.indptr[row + 1]; k++) totals[row] += block.data[k];
  }
  const encoder = new BlockEncoder({
    genes,
    vocabulary,
    maxLength: MAX_LENGTH,
    specialTokens: false,
    keepCounts: false,
  });
  const { inputIds } = encoder.encode(block, totals);
  const plain = encodePlainly(block, totals, genes).flat();
  if (plain.length !== inputIds.length || plain.some((id, i) => id !== inputIds[i]))
    throw new Error('the two implementations disagree');

  const fast = CELLS / secondsOf(() => encoder.encode(block, totals));
  const slow = CELLS / secondsOf(() => encodePlainly(block, totals, genes));
  const mean = Math.round(block.indices.length / CELLS);
  console.log(
    `${String(mean).padStart(6)} genes per cell: ${Math.round(fast).toLocaleString('en')} cells/s, ` +
      `plain ${Math.round(slow).toLocaleString('en')} cells/s, ${(fast / slow).toFixed(1)} times`,
  );
}
