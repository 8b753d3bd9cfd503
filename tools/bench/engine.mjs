/**
 * `nx run bench:engine`: training steps and embeddings of Geneformer V1-10M's architecture on this repository's engine and on PyTorch, in
 * turn (A B C A B C) on the same machine. PyTorch runs the model in several ways: written by hand as eager operations, and as transformers'
 * own classes with `sdpa` attention, in 32 bits or with autocast to bfloat16, compiled or not. `nx run bench:peers` installs both. Writes
 * results/engine.json.
 *
 * Options: `--rows embed-4x512,...` for some rows, `--peers sdpa,...` for some peers, `--repeats N` steps in each process (default 5),
 * `--rounds N` turns (default 3), `--python PATH`. With `--profile` nothing is compared: a table by op says where the engine's time goes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { arithmetic } from './engine/arithmetic.mjs';
import { describeMachine, measurement, peersPython, printMachine, versionsOf } from './machine.mjs';
import { askedRows, saveRows } from './results-file.mjs';
import { median, medianRatio, round } from './rounds.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    peers: { type: 'string' },
    repeats: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string', default: peersPython() },
    profile: { type: 'boolean', default: false },
  },
});
const threads = availableParallelism();
const asked = (list, name) => !list || list.split(',').includes(name);

const rows = [
  { name: 'embed-4x512', work: 'embed', batch: 4, length: 512 },
  { name: 'embed-2x2048', work: 'embed', batch: 2, length: 2048 },
  { name: 'classify-4x512', work: 'classify', batch: 4, length: 512 },
  { name: 'classify-2x2048', work: 'classify', batch: 2, length: 2048 },
  { name: 'pretrain-4x512', work: 'pretrain', batch: 4, length: 512 },
  { name: 'embed-4x512-busy', work: 'embed', batch: 4, length: 512, competing: 1 },
  { name: 'classify-4x512-busy', work: 'classify', batch: 4, length: 512, competing: 1 },
];

const versions = options.profile
  ? null
  : (versionsOf(options.python, ['torch', 'transformers']) ?? versionsOf(options.python, ['torch']));
/** The name of each peer, and the words of its program. `fp32`: whether it computes in 32 bits, as this engine does. */
const peers = Object.entries({
  'by-hand': { program: 'bert_torch.py', words: [], fp32: true },
  sdpa: { program: 'bert_transformers.py', words: ['sdpa'], fp32: true },
  'sdpa-compile': { program: 'bert_transformers.py', words: ['sdpa-compile'], fp32: true },
  'sdpa-bf16': { program: 'bert_transformers.py', words: ['sdpa-bf16'], fp32: false },
  'sdpa-bf16-compile': { program: 'bert_transformers.py', words: ['sdpa-bf16-compile'], fp32: false },
}).filter(
  ([name, { program }]) => asked(options.peers, name) && versions && (versions[1] || program === 'bert_torch.py'),
);
const chosen = askedRows(rows, options.rows);
if (options.profile) for (const row of chosen) profile(row);
else compare();

function profile({ name, work, batch, length }) {
  const words = [work, batch, length, options.repeats, '--profile'].map(String);
  console.log(`\n${name}: ${options.repeats} steps`);
  spawnSync(process.execPath, [here('engine/ours.mjs'), ...words], { stdio: 'inherit' });
}

function compare() {
  const machine = describeMachine(threads, versions);
  const file = here('results/engine.json');
  const results = chosen.map((row) => {
    const result = measure(row);
    // After each row: a long benchmark that ends early keeps what it has.
    saveRows(file, machine, [result], rows);
    return result;
  });
  printMachine(machine);
  console.log('Ratios: seconds of the peer / seconds of the engine; ratio: that of the fastest peer in 32 bits.');
  console.table(results.map(({ name, seconds, ratio, ratios }) => ({ name, seconds, ratio, ...ratios })));
}

/** Measures a row while `competing` other processes compute, each on one core. */
function measure({ competing = 0, ...row }) {
  const others = Array.from({ length: competing }, () => spawn(process.execPath, ['-e', 'for (;;);']));
  try {
    return inTurn(row);
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
}

/** The best rate of matrix products in 32 bits that any of the libraries reached: the machine's ceiling. */
function machineRate(runs) {
  return Math.max(...runs.map(({ productsPerSecond }) => productsPerSecond));
}

function inTurn({ name, work, batch, length }) {
  const words = [work, batch, length, options.repeats];
  const ours = [];
  const theirs = new Map(peers.map(([peer]) => [peer, []]));
  for (let turn = 0; turn < Number(options.rounds); turn++) {
    ours.push(measurement(process.execPath, [here('engine/ours.mjs'), ...words]));
    for (const [peer, { program, words: own }] of peers) {
      const env = { OMP_NUM_THREADS: String(threads) };
      theirs.get(peer).push(measurement(options.python, [here(`peers/${program}`), ...words, ...own], env));
    }
  }
  const secondsOf = (runs) => runs.map(({ seconds }) => median(seconds));
  const seconds = median(secondsOf(ours));
  const ratios = Object.fromEntries(
    [...theirs].map(([peer, runs]) => [peer, round(medianRatio(secondsOf(ours), secondsOf(runs)))]),
  );
  const exact = peers.filter(([, { fp32 }]) => fp32).map(([peer]) => ratios[peer]);
  return {
    name,
    seconds: round(seconds),
    ratio: exact.length ? Math.min(...exact) : null,
    ratios,
    ceilingFraction: round(arithmetic(work, batch, length) / machineRate([ours, ...theirs.values()].flat()) / seconds),
    peakRssMb: Math.max(...ours.map(({ peakRssMb }) => peakRssMb)),
    peersPeakRssMb: Object.fromEntries(
      [...theirs].map(([peer, runs]) => [peer, Math.max(...runs.map(({ peakRssMb }) => peakRssMb))]),
    ),
    newShape: round(median(ours.map(({ newShape }) => newShape))),
    dropoutShare: work === 'embed' ? null : round(median(ours.map(({ dropoutShare }) => dropoutShare))),
  };
}
