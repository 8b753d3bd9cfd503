/**
 * `nx run bench:baselines`: fits of a forest, of boosted trees and of logistic regression on this repository's baselines and, where
 * `nx run bench:peers` installed them, on scikit-learn and XGBoost, in turn (A B A B) on the same machine with the same data,
 * hyper-parameters and number of threads. Data: PBMC3k (`GENEFORMER_DATA/pbmc3k-labelled`, left out when it is not there) and 20,000
 * made-up cells. Writes results/baselines.json.
 *
 * Options: `--rows pbmc3k-forest-100,...` for some rows, `--rounds N` turns (default 1), `--threads N` (default 2), `--python PATH`.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pbmc3k, synthetic, writeProblem } from './baselines/data.mjs';
import { rows as allRows } from './baselines/settings.mjs';
import { instructionSets, measurement, peersPython, versionsOf } from './machine.mjs';
import { median, round } from './rounds.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    python: { type: 'string', default: peersPython() },
  },
});
const blood = path.join(process.env.GENEFORMER_DATA ?? '', 'pbmc3k-labelled/derived/pbmc3k_counts.h5ad');
const problems = { synthetic, ...(existsSync(blood) && { pbmc3k: () => pbmc3k(blood) }) };
const rows = allRows.filter(
  ({ name, problem }) => problem in problems && (!options.rows || options.rows.split(',').includes(name)),
);
const peerName = versionsOfPeers();
const folder = mkdtempSync(path.join(tmpdir(), 'baselines-bench-'));
try {
  const shapes = {};
  for (const problem of new Set(rows.map((row) => row.problem))) {
    shapes[problem] = writeProblem(path.join(folder, problem), await problems[problem]());
  }
  const results = rows.map((row) => ({ ...measure(row), ...shapes[row.problem] }));
  mkdirSync(here('results'), { recursive: true });
  writeFileSync(
    here('results/baselines.json'),
    `${JSON.stringify({ machine: { instructionSets: instructionSets() }, rows: results }, null, 2)}\n`,
  );
  console.table(results, ['name', 'ours', 'peer', 'ratio', 'accuracy', 'peerAccuracy', 'firstUse', 'peakRssMb']);
} finally {
  rmSync(folder, { recursive: true });
}

function measure({ name, problem, model, repeats, layouts, ours, peer }) {
  const data = path.join(folder, problem);
  const words = [data, options.threads, repeats + 1];
  const mineRuns = [];
  const there = Object.fromEntries(layouts.map((layout) => [layout, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    mineRuns.push(measurement(process.execPath, [here('baselines/ours.mjs'), JSON.stringify(ours), ...words]));
    if (!peerName) continue;
    for (const layout of layouts) {
      const settings = [layout, JSON.stringify(peer)];
      there[layout].push(
        measurement(options.python, [here('peers/baselines_sklearn.py'), model, ...words, ...settings]),
      );
    }
  }
  const mine = summary(mineRuns);
  const best =
    peerName &&
    layouts.map((layout) => ({ layout, ...summary(there[layout]) })).sort((a, b) => a.seconds - b.seconds)[0];
  return {
    name,
    ours: round(mine.seconds),
    peer: best ? round(best.seconds) : null,
    peerName: best ? `${peerName[model]}, ${best.layout} features` : null,
    ratio: best ? round(best.seconds / mine.seconds) : null,
    accuracy: round(mine.accuracy),
    peerAccuracy: best ? round(best.accuracy) : null,
    iterations: mine.iterations,
    peerIterations: best?.iterations ?? null,
    peakRssMb: mine.peakRssMb,
    peerPeakRssMb: best?.peakRssMb ?? null,
    firstUse: round(mine.first),
    threads: Number(options.threads),
    settings: peer,
  };
}

/** Each process's first fit, in which code is compiled and threads are started, is told apart from the others. */
function summary(runs) {
  return {
    seconds: median(runs.flatMap(({ seconds }) => seconds.slice(1))),
    first: Math.min(...runs.map(({ seconds }) => seconds[0])),
    accuracy: runs[0].accuracy,
    iterations: runs[0].iterations,
    peakRssMb: Math.max(...runs.map(({ peakRssMb }) => peakRssMb)),
  };
}

function versionsOfPeers() {
  const versions = versionsOf(options.python, ['sklearn', 'xgboost']);
  if (!versions) return null;
  const [sklearn, xgboost] = versions;
  return {
    forest: `scikit-learn ${sklearn}`,
    logistic: `scikit-learn ${sklearn}`,
    boosting: `XGBoost ${xgboost} hist`,
  };
}
