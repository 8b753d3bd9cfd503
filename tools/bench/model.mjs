/**
 * `GENEFORMER_DATA=… nx run bench:model`: embedding of PBMC3k's cells and of longer cells, and one fine-tuning epoch, with Geneformer V1-10M's
 * shape and random weights: here and with transformers' classes on PyTorch (`nx run bench:peers` installs both), in turn (A B A B) on the same
 * machine, both with batches of similar length. Each side takes the same cells: PBMC3k's are drawn evenly by length. Writes
 * results/model.json.
 *
 * Options: `--rows embed-pbmc3k,embed-long,...` for some rows, `--rounds N` turns (default 3), `--embed N`, `--long N`, `--equal N` and
 * `--finetune N` cells (default 1000, 1000, 100 and 60; a fine-tuning epoch of PBMC3k is nearly all full batches of twelve), `--python PATH`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, measurement, peersPython, printMachine, versionsOf } from './machine.mjs';
import { drawCells, madeUpCells, tokenizePbmc3k } from './model/cells.mjs';
import { rows as allRows, settings } from './model/settings.mjs';
import { askedRows, saveRows } from './results-file.mjs';
import { median, medianRatio, round } from './rounds.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    embed: { type: 'string', default: '1000' },
    long: { type: 'string', default: '1000' },
    equal: { type: 'string', default: '100' },
    finetune: { type: 'string', default: '60' },
    python: { type: 'string', default: peersPython() },
  },
});
const { GENEFORMER_DATA: data } = process.env;
if (!data) throw new Error('set GENEFORMER_DATA to the folder of the data; data/README.md says what it holds');

const threads = availableParallelism();
const versions = versionsOf(options.python, ['torch', 'transformers']);
const peers = versions ? ['sdpa', 'sdpa-bf16'] : [];
const machine = describeMachine(threads, versions);
const tokenized = await tokenizePbmc3k(data);
const folder = mkdtempSync(path.join(tmpdir(), 'geneformer-bench-'));
const file = here('results/model.json');
try {
  const rows = askedRows(allRows, options.rows).map(measure);
  saveRows(file, machine, rows, allRows);
  printMachine(machine);
  console.table(
    rows.map(({ name, cells, tokensPerCell, seconds, cellsPerSecond, ratios }) => ({
      name,
      cells,
      tokensPerCell,
      seconds,
      cellsPerSecond,
      ...ratios,
    })),
  );
} finally {
  rmSync(folder, { recursive: true });
}

function cellsOf(source, number) {
  if (source === 'pbmc3k') return drawCells(tokenized, number);
  if (source === 'long') return madeUpCells(number, 1000, 2048);
  const length = Number(source.replace('of ', ''));
  return madeUpCells(number, length, length);
}

function measure({ name, work, cells: source, count, precision = 'fp32' }) {
  const number = Number(options[count]);
  const drawn = cellsOf(source, number);
  const input = path.join(folder, `${name}.json`);
  writeFileSync(input, JSON.stringify(drawn));
  const ours = [];
  const theirs = new Map(peers.map((peer) => [peer, []]));
  for (let turn = 0; turn < Number(options.rounds); turn++) {
    ours.push(measurement(process.execPath, [here('model/ours.mjs'), work, input, precision]));
    for (const [peer, runs] of theirs) {
      const words = [here('peers/model_transformers.py'), work, input, JSON.stringify(settings[work]), peer];
      runs.push(measurement(options.python, words, { OMP_NUM_THREADS: String(threads) }));
    }
  }
  const secondsOf = (runs) => runs.map(({ seconds }) => seconds);
  const seconds = median(secondsOf(ours));
  return {
    name,
    precision,
    cells: number,
    tokensPerCell: round(drawn.cells.reduce((sum, cell) => sum + cell.length, 0) / number),
    seconds: round(seconds),
    cellsPerSecond: round(number / seconds),
    firstPass: round(median(ours.map(({ first }) => first))),
    ratios: Object.fromEntries(
      [...theirs].map(([peer, runs]) => [peer, round(medianRatio(secondsOf(ours), secondsOf(runs)))]),
    ),
    rounds: ours.map((run, turn) =>
      [run, ...[...theirs.values()].map((runs) => runs[turn])].map((one) => round(one.seconds)),
    ),
    peakRssMb: Math.max(...ours.map(({ peakRssMb }) => peakRssMb)),
    peersPeakRssMb: Object.fromEntries(
      [...theirs].map(([peer, runs]) => [peer, Math.max(...runs.map(({ peakRssMb }) => peakRssMb))]),
    ),
  };
}
