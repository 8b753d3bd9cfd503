/**
 * Makes the file that the tokenizers are timed on: `node make-cells.mjs FOLDER CELLS GENES COMPRESSION`. Writes cells.h5ad and
 * dictionary.json (a token and a median for nine genes of ten) into the folder, and prints what it made.
 *
 * A pool of cells is drawn gene by gene (log-normal abundances and depths, Poisson counts); each cell of the file is one of the
 * pool with up to a fifth of its genes left out at random, so that 10⁹ draws become a copy. The same words give the same file.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeH5ad } from '@geneformer-ts/io';

const [folder, ...words] = process.argv.slice(2);
const [cells, genes, compression] = words.map(Number);
const POOL = 1024;
const BLOCK = 512;

let state = 1;
function uniform() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return (state + 0.5) / 2 ** 32;
}
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

const abundance = Float64Array.from({ length: genes }, () => Math.exp(2.2 * normal()));
const whole = abundance.reduce((sum, x) => sum + x, 0);
const pool = Array.from({ length: POOL }, makeCell);

/** One cell: which genes it has and how many molecules of each. */
function makeCell() {
  const depth = 9000 * Math.exp(0.3 * normal());
  const columns = [];
  const counts = [];
  for (let gene = 0; gene < genes; gene++) {
    const mean = (depth * abundance[gene]) / whole;
    let count = 0;
    // Knuth's method while the mean is small; above, the normal approximation is good enough for a benchmark.
    if (mean < 30) for (let p = uniform(), limit = Math.exp(-mean); p > limit; p *= uniform()) count++;
    else count = Math.max(1, Math.round(mean + Math.sqrt(mean) * normal()));
    if (count === 0) continue;
    columns.push(gene);
    counts.push(count);
  }
  return { columns: Int32Array.from(columns), counts: Float32Array.from(counts) };
}

const totals = new Float64Array(cells);
let stored = 0;

/** Fills `totals` on the way: io writes obs after the matrix, so they are complete by then. */
function* blocks() {
  state = 2;
  for (let rowStart = 0; rowStart < cells; rowStart += BLOCK) {
    const rows = Math.min(BLOCK, cells - rowStart);
    const picks = Array.from({ length: rows }, () => pool[Math.floor(uniform() * POOL)]);
    const room = picks.reduce((sum, { columns }) => sum + columns.length, 0);
    const indptr = new Int32Array(rows + 1);
    const indices = new Int32Array(room);
    const data = new Float32Array(room);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      const { columns, counts } = picks[row];
      const leave = Math.floor(uniform() * 0.2 * 2 ** 32);
      let total = 0;
      for (let i = 0; i < columns.length; i++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        if (state < leave) continue;
        indices[at] = columns[i];
        data[at++] = counts[i];
        total += counts[i];
      }
      indptr[row + 1] = at;
      totals[rowStart + row] = total;
    }
    stored += at;
    yield { rowStart, rows, cols: genes, indptr, indices: indices.subarray(0, at), data: data.subarray(0, at) };
  }
}

const ids = Array.from({ length: genes }, (_, gene) => `ENSG${String(7 * gene + 3).padStart(11, '0')}`);
await writeH5ad(path.join(folder, 'cells.h5ad'), {
  obs: {
    index: Array.from({ length: cells }, (_, cell) => `cell-${cell}`),
    columns: new Map([
      ['n_counts', { kind: 'number', values: totals }],
      [
        'cell_type',
        {
          kind: 'categorical',
          categories: ['B', 'T', 'NK'],
          codes: Int32Array.from({ length: cells }, (_, cell) => cell % 3),
        },
      ],
    ]),
  },
  var: {
    index: ids.map((_, gene) => `gene-${gene}`),
    columns: new Map([['ensembl_id', { kind: 'string', values: ids }]]),
  },
  blocks: blocks(),
  compression,
});

const tokens = ['<pad>', '<mask>', '<cls>', '<eos>'];
const medians = {};
ids.forEach((id, gene) => {
  if (gene % 10 === 9) return;
  tokens.push(id);
  // As in a real corpus, a rare gene's median is that of one molecule in cells of different depth.
  medians[id] = Math.max(1.2, (10_000 * abundance[gene]) / whole) * Math.exp(0.35 * normal());
});
await writeFile(path.join(folder, 'dictionary.json'), JSON.stringify({ tokens, medians }));
console.log(JSON.stringify({ cells, genes, genesPerCell: Math.round(stored / cells) }));
