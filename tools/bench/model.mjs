/**
 * `GENEFORMER_DATA=… nx run bench:model`: PBMC3k with Geneformer V1-10M's shape (random weights), cells a second to embed and the seconds of one
 * fine-tuning epoch, here and, where `python3 -c "import torch"` works, on PyTorch eager, in turn (A B A B) on the same machine, both with
 * batches of like length. Each side takes the same cells: every so many of the 2,638 by length, so that they have the lengths of all. Writes
 * results/model.json.
 *
 * Options: `--rows embed,finetune`, `--rounds N` turns (default 3), `--embed N` and `--finetune N` cells (default 160 and 60; cells to
 * fine-tune on should be full batches of twelve, as they nearly all are in an epoch of 2,638), `--python PATH`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drawCells, tokenizePbmc3k } from './model/cells.mjs';
import { settings } from './model/settings.mjs';
import { median, medianRatio, round } from './rounds.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: 'embed,finetune' },
    rounds: { type: 'string', default: '3' },
    embed: { type: 'string', default: '160' },
    finetune: { type: 'string', default: '60' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});
const { GENEFORMER_DATA: data } = process.env;
if (!data) throw new Error('set GENEFORMER_DATA to the folder that holds pbmc3k-labeled and geneformer-dicts');

const threads = availableParallelism();
const peerName = torchName();
const tokenized = await tokenizePbmc3k(data);
const folder = mkdtempSync(path.join(tmpdir(), 'geneformer-bench-'));
const file = here('results/model.json');
const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
try {
  const rows = options.rows.split(',').map(measure);
  // Rows that were not asked for stay as they were.
  const all = [...kept.filter(({ name }) => !rows.some((row) => row.name === name)), ...rows];
  mkdirSync(here('results'), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify(
      all.sort((a, b) => a.name.localeCompare(b.name)),
      null,
      2,
    )}\n`,
  );
  console.table(rows);
} finally {
  rmSync(folder, { recursive: true });
}

function measure(work) {
  const cells = Number(options[work]);
  const drawn = drawCells(tokenized, cells);
  const input = path.join(folder, `${work}.json`);
  writeFileSync(input, JSON.stringify(drawn));
  const [ours, peer] = [[], []];
  for (let round = 0; round < Number(options.rounds); round++) {
    ours.push(run(process.execPath, [here('model/ours.mjs'), work, input]));
    if (!peerName) continue;
    const words = [here('peers/model_torch.py'), work, input, JSON.stringify(settings[work])];
    peer.push(run(options.python, words, { OMP_NUM_THREADS: String(threads) }));
  }
  const seconds = median(ours.map((one) => one.seconds));
  const theirs = peerName ? median(peer.map((one) => one.seconds)) : null;
  const perSecond = work === 'embed' ? { cellsPerSecond: round(cells / seconds) } : {};
  return {
    name: work === 'embed' ? 'embed-pbmc3k' : 'finetune-epoch-pbmc3k',
    cells,
    of: tokenized.cells,
    tokens: drawn.cells.reduce((sum, cell) => sum + cell.length, 0),
    tokensACell: round(drawn.cells.reduce((sum, cell) => sum + cell.length, 0) / cells),
    tokensACellOfAll: round(tokenized.inputIds.length / tokenized.cells),
    ours: round(seconds),
    ...perSecond,
    peer: theirs && round(theirs),
    ...(theirs && work === 'embed' && { peerCellsPerSecond: round(cells / theirs) }),
    peerName,
    ratio:
      theirs &&
      round(
        medianRatio(
          ours.map((one) => one.seconds),
          peer.map((one) => one.seconds),
        ),
      ),
    firstPass: round(median(ours.map((one) => one.first))),
    rounds: ours.map((one, i) => [round(one.seconds), ...(peer[i] ? [round(peer[i].seconds)] : [])]),
    peakRssMb: Math.max(...ours.map((one) => one.peakRssMb)),
    peerPeakRssMb: peerName ? Math.max(...peer.map((one) => one.peakRssMb)) : null,
    threads,
  };
}

/** Each measurement has a process of its own, so that its peak memory is its own too. */
function run(command, words, env = {}) {
  const { status, stdout } = spawnSync(command, words, {
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
