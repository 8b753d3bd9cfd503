/**
 * `nx run bench:perturb`: deleting genes of a cell in silico, with Geneformer V1-10M's shape and random weights: here, and as Geneformer's
 * InSilicoPerturber does it with transformers' classes on PyTorch (`nx run bench:peers` installs both), in turn (A B A B) on the same machine,
 * with the same weights. Also compares the results. Writes results/perturb.json.
 *
 * Options: `--rows genes-500,...` for some rows, `--rounds N` turns (default 3), `--python PATH`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { useBackend } from '@geneformer-ts/engine';
import { BertForMaskedLM, presetConfig } from '@geneformer-ts/model';
import { describeMachine, measurement, peersPython, printMachine, versionsOf } from './machine.mjs';
import { INITIALIZER_RANGE, peerBatches, peers, rows as allRows } from './perturb/settings.mjs';
import { askedRows, saveRows } from './results-file.mjs';
import { median, medianRatio, round } from './rounds.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string', default: peersPython() },
  },
});
const threads = availableParallelism();
const versions = versionsOf(options.python, ['torch', 'transformers']);
const machine = describeMachine(threads, versions);
const folder = mkdtempSync(path.join(tmpdir(), 'geneformer-bench-'));
const at = (name) => path.join(folder, name);
const file = here('results/perturb.json');
try {
  await useBackend('onnx');
  const config = { ...presetConfig('geneformer-v1-10m'), initializer_range: INITIALIZER_RANGE };
  const model = BertForMaskedLM.fromConfig(config, { seed: 1 });
  await model.savePretrained(at('model'));
  model.dispose();
  const rows = askedRows(allRows, options.rows).map(measure);
  saveRows(file, machine, rows, allRows);
  printMachine(machine);
  console.table(rows, ['name', ...Object.keys(rows[0]).filter((key) => key !== 'name' && key !== 'rounds')]);
} finally {
  rmSync(folder, { recursive: true });
}

function measure({ name, genes, deletions, each }) {
  const cell = madeUpCell(genes, deletions);
  writeFileSync(at('cell.json'), JSON.stringify(cell));
  const variants = versions ? peers.flatMap((kind) => peerBatches[genes].map((size) => ({ kind, size }))) : [];
  const words = (kind, size) => [
    here('peers/perturb_transformers.py'),
    ...[at('model'), at('cell.json'), kind, size, at('theirs.json')],
  ];
  const peer = ({ kind, size }) => measurement(options.python, words(kind, size), { OMP_NUM_THREADS: String(threads) });
  const tried = variants.map((variant) => ({ ...variant, ...peer(variant) }));
  const best = tried.toSorted((a, b) => a.seconds - b.seconds)[0];
  const [ours, theirs] = [[], []];
  for (let turn = 0; turn < Number(options.rounds); turn++) {
    const own = [here('perturb/ours.mjs'), at('model'), at('cell.json'), each, at('ours.json')];
    ours.push(measurement(process.execPath, own));
    if (best) theirs.push(peer(best));
  }
  const [seconds, peerSeconds] = [ours, theirs].map((runs) => runs.map((run) => run.seconds));
  return {
    name,
    deletions,
    perSecond: round(deletions / median(seconds)),
    ...(best && {
      peer: `${best.kind}, batches of ${best.size}`,
      peerPerSecond: round(deletions / median(peerSeconds)),
      ratio: round(medianRatio(seconds, peerSeconds)),
      largestDifference: differenceOf(at('ours.json'), at('theirs.json')),
      largestShift: round(Math.max(...JSON.parse(readFileSync(at('ours.json'), 'utf8')).cell)),
      peersPeakRssMb: Math.max(...theirs.map(({ peakRssMb }) => peakRssMb)),
    }),
    peakRssMb: Math.max(...ours.map(({ peakRssMb }) => peakRssMb)),
    rounds: seconds.map((own, turn) => [own, ...peerSeconds.slice(turn, turn + 1)].map(round)),
  };
}

/** A cell of different random genes, and evenly spaced positions to delete. */
function madeUpCell(genes, deletions) {
  let state = 7;
  const draw = (below) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
  const tokens = new Set();
  while (tokens.size < genes) tokens.add(2 + draw(25_000));
  return {
    tokens: [...tokens],
    deleted: Array.from({ length: deletions }, (_, i) => Math.floor(((i + 0.5) * genes) / deletions)),
  };
}

/** Returns the largest difference of the shifts that both sides computed. */
function differenceOf(ourFile, theirFile) {
  const [ours, theirs] = [ourFile, theirFile].map((name) => JSON.parse(readFileSync(name, 'utf8')));
  const pairs = [[ours.cell, theirs.cell], ...(ours.genes ?? []).map((shifts, i) => [shifts, theirs.genes[i]])];
  if (pairs.some(([a, b]) => a.length !== b.length)) throw new Error('the two sides have different numbers of results');
  return round(Math.max(...pairs.flatMap(([a, b]) => a.map((value, i) => Math.abs(value - b[i])))));
}
