/**
 * `nx run bench:engine`: training steps and embeddings of Geneformer V1-10M's architecture on this repository's engine and, where
 * `python3 -c "import torch"` works, on PyTorch eager, in turn (A B A B) on the same machine. Writes results/engine.json.
 *
 * Options: `--rows embed-4x512,...` for some rows, `--repeats N` steps in each process (default 5), `--rounds N` turns (default 2),
 * `--python PATH`. With `--profile` nothing is compared: a table by op says where the engine's time goes.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { arithmetic } from './engine/arithmetic.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    repeats: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
    python: { type: 'string', default: '/usr/bin/python3' },
    profile: { type: 'boolean', default: false },
  },
});
const threads = availableParallelism();

const rows = [
  { name: 'embed-4x512', work: 'embed', batch: 4, length: 512 },
  { name: 'embed-2x2048', work: 'embed', batch: 2, length: 2048 },
  { name: 'classify-4x512', work: 'classify', batch: 4, length: 512 },
  { name: 'classify-2x2048', work: 'classify', batch: 2, length: 2048 },
  { name: 'pretrain-4x512', work: 'pretrain', batch: 4, length: 512 },
].filter(({ name }) => !options.rows || options.rows.split(',').includes(name));

const peerName = torchName();
if (options.profile) for (const row of rows) profile(row);
else compare();

function profile({ name, work, batch, length }) {
  const words = [work, batch, length, options.repeats, '--profile'].map(String);
  console.log(`\n${name}: ${options.repeats} steps`);
  spawnSync(process.execPath, [here('engine/ours.mjs'), ...words], { stdio: 'inherit' });
}

function compare() {
  const results = rows.map(measure);
  mkdirSync(here('results'), { recursive: true });
  writeFileSync(here('results/engine.json'), `${JSON.stringify(results, null, 2)}\n`);
  console.table(results);
}

function measure({ name, work, batch, length }) {
  const words = [work, batch, length, options.repeats];
  const ours = { seconds: [], peakRssMb: [], rates: [], newShape: [], dropoutShare: [] };
  const peer = { seconds: [], peakRssMb: [] };
  for (let round = 0; round < Number(options.rounds); round++) {
    const { seconds, peakRssMb, newShape, productsPerSecond, dropoutShare } = run(process.execPath, [
      here('engine/ours.mjs'),
      ...words,
    ]);
    ours.seconds.push(...seconds);
    ours.peakRssMb.push(peakRssMb);
    ours.rates.push(productsPerSecond);
    ours.newShape.push(newShape);
    ours.dropoutShare.push(dropoutShare);
    if (!peerName) continue;
    const theirs = run(options.python, [here('peers/bert_torch.py'), ...words], { OMP_NUM_THREADS: String(threads) });
    peer.seconds.push(...theirs.seconds);
    peer.peakRssMb.push(theirs.peakRssMb);
  }
  const seconds = median(ours.seconds);
  const theirs = peerName ? median(peer.seconds) : null;
  return {
    name,
    ours: round(seconds),
    peer: theirs === null ? null : round(theirs),
    peerName,
    ratio: theirs === null ? null : round(theirs / seconds),
    ceilingFraction: round(arithmetic(work, batch, length) / Math.max(...ours.rates) / seconds),
    peakRssMb: Math.max(...ours.peakRssMb),
    peerPeakRssMb: peerName ? Math.max(...peer.peakRssMb) : null,
    newShape: round(median(ours.newShape)),
    dropoutShare: work === 'embed' ? null : round(median(ours.dropoutShare)),
    threads,
  };
}

/** Each measurement has a process of its own, so that its peak memory is its own too. */
function run(command, words, env = {}) {
  const { status, stdout } = spawnSync(command, words.map(String), {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with status ${status}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function torchName() {
  const { status, stdout } = spawnSync(options.python, ['-c', 'import torch; print(torch.__version__)'], {
    encoding: 'utf8',
  });
  return status === 0 ? `PyTorch ${stdout.trim()} eager` : null;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function round(value) {
  return Number(value.toPrecision(3));
}
