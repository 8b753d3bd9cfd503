/**
 * `nx run bench:tokenizer`: made-up h5ad files to tokenized datasets, this repository's and, where `nx run bench:peers` installed them,
 * the reference's algorithm in numpy, in turn (A B A B) on the same files; then one of ten times the cells for the memory it takes.
 * Each run is a process of its own. Writes results/tokenizer.json. Seconds mean something on a machine that does nothing else;
 * the processor's seconds, of all threads, are told beside them.
 *
 * Options: `--cells N` (default 50000), `--genes N` (20000), `--rounds N` turns (3), `--grow N` times the cells for the memory (10; 0
 * leaves it out), `--folder DIR` for the temporary files (12 GB at the defaults), `--python PATH`, `--results FILE` to write.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { instructionSets, measurement, peersPython, versionsOf } from './machine.mjs';
import { median, medianRatio, round } from './rounds.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: options } = parseArgs({
  options: {
    cells: { type: 'string', default: '50000' },
    genes: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    grow: { type: 'string', default: '10' },
    folder: { type: 'string', default: tmpdir() },
    python: { type: 'string', default: peersPython() },
    results: { type: 'string', default: here('results/tokenizer.json') },
  },
});
const [cells, genes, rounds, grow] = ['cells', 'genes', 'rounds', 'grow'].map((name) => Number(options[name]));
const threads = availableParallelism();
const folder = mkdtempSync(path.join(options.folder, 'bench-tokenizer-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const peerName = versionsOfPeer();
const plain = measure('h5ad', 0, rounds);
const results = [plain, measure('h5ad-gzip', 1, rounds)];
write();
if (grow > 0) {
  measureGrowth(plain);
  write();
}
console.table(results);

function write() {
  mkdirSync(path.dirname(path.resolve(options.results)), { recursive: true });
  writeFileSync(
    options.results,
    `${JSON.stringify({ machine: { instructionSets: instructionSets() }, rows: results }, null, 2)}\n`,
  );
}

/** Seconds and memory of both on a file of `cells`, gzipped at a level. */
function measure(name, level, turns) {
  const { genesPerCell } = make(cells, level);
  const ours = { seconds: [], cpuSeconds: [], peakRssMb: [] };
  const peer = { seconds: [], cpuSeconds: [], peakRssMb: [] };
  for (let turn = 0; turn < turns; turn++) {
    const mine = tokenize('default', turn === 0 ? ['--digest'] : []);
    keep(ours, mine);
    if (!peerName) continue;
    const theirs = measurement(options.python, [here('peers/tokenizer_numpy.py'), ...files('peer'), 'memory']);
    keep(peer, theirs);
    if (turn === 0 && mine.sha256 !== theirs.sha256) throw new Error(`${name}: the two disagree on the sequences`);
  }
  const inOneThread = tokenize('0');
  const seconds = median(ours.seconds);
  const theirs = peerName ? median(peer.seconds) : null;
  return {
    name,
    cells,
    genes,
    genesPerCell,
    ours: round(seconds),
    peer: theirs === null ? null : round(theirs),
    peerName,
    ratio: theirs === null ? null : round(medianRatio(ours.seconds, peer.seconds)),
    rounds: ours.seconds.map((mine, turn) => [mine, ...peer.seconds.slice(turn, turn + 1)].map(round)),
    oursInOneThread: round(inOneThread.seconds),
    oursCpu: round(median(ours.cpuSeconds)),
    peerCpu: peerName ? round(median(peer.cpuSeconds)) : null,
    peakRssMb: Math.max(...ours.peakRssMb),
    peerPeakRssMb: peerName ? Math.max(...peer.peakRssMb) : null,
    threads,
  };
}

/** What more cells add to the peak memory, into the row. */
function measureGrowth(row) {
  make(cells * grow, 0);
  const { seconds, peakRssMb } = tokenize('default');
  row.grownCells = cells * grow;
  row.grownSeconds = round(seconds);
  row.grownPeakRssMb = peakRssMb;
  row.rssSlopeMbPer100k = round((peakRssMb - row.peakRssMb) / ((cells * (grow - 1)) / 1e5));
}

function make(count, level) {
  return measurement(process.execPath, [here('tokenizer/make-cells.mjs'), folder, count, genes, level]);
}

function tokenize(workers, more = []) {
  return measurement(process.execPath, [here('tokenizer/ours.mjs'), ...files('ours'), workers, ...more]);
}

function files(out) {
  const target = path.join(folder, out);
  rmSync(target, { recursive: true, force: true });
  return [path.join(folder, 'dictionary.json'), path.join(folder, 'cells.h5ad'), target];
}

function keep(series, { seconds, cpuSeconds, peakRssMb }) {
  series.seconds.push(seconds);
  series.cpuSeconds.push(cpuSeconds);
  series.peakRssMb.push(peakRssMb);
}

function versionsOfPeer() {
  const versions = versionsOf(options.python, ['anndata', 'numpy']);
  return versions && `the reference's algorithm in anndata ${versions[0]}, numpy ${versions[1]}`;
}
