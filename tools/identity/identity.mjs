/**
 * Holds the study's numbers still while the code around them changes.
 *
 *   node tools/identity/identity.mjs record [results]   writes tools/identity/recorded.json
 *   node tools/identity/identity.mjs check [results]    compares results with it; exit code 1 and one line per difference
 *
 * Compared are the digests of what every stage made (predictions, checkpoints, datasets) and `metrics.json` without
 * seconds and without the description of the machine. Figures and reports are not compared: their words may change.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const RECORDED = path.join(here, 'recorded.json');
const RESULTS = path.join(here, '../../apps/reproduce/results');

/** Fields of `metrics.json` that differ between two runs of the same computation. */
const OF_THE_RUN = new Set(['seconds', 'environment', 'timing']);

/**
 * Digests of everything below a results folder, by `experiment/profile`.
 *
 * @param {string} results folder that holds `<experiment>/<profile>/`
 * @returns {Record<string, Record<string, string>>}
 */
export function digestsOf(results) {
  const runs = {};
  for (const experiment of foldersOf(results)) {
    for (const profile of foldersOf(path.join(results, experiment))) {
      runs[`${experiment}/${profile}`] = digestsOfRun(path.join(results, experiment, profile));
    }
  }
  return runs;
}

function digestsOfRun(folder) {
  const digests = {};
  for (const stage of foldersOf(path.join(folder, 'stages'))) {
    const { outputs } = JSON.parse(readFileSync(path.join(folder, 'stages', stage, 'manifest.json'), 'utf8'));
    for (const [output, { files }] of Object.entries(outputs)) {
      for (const [file, digest] of Object.entries(files)) {
        if (isNumbers(output, file)) digests[`${stage}: ${output}/${file}`] = digest;
      }
    }
  }
  const metrics = path.join(folder, 'metrics.json');
  if (existsSync(metrics)) digests['metrics.json'] = digestOfMetrics(JSON.parse(readFileSync(metrics, 'utf8')));
  return digests;
}

/** Figures, reports and the files that describe a run hold words, times and versions beside numbers. */
function isNumbers(output, file) {
  return (
    !/\.(svg|png|html)$/.test(file) && !output.startsWith('published/') && !/(^|\/)(metrics|manifest)\.json$/.test(file)
  );
}

/** @param {unknown} metrics */
export function digestOfMetrics(metrics) {
  const text = JSON.stringify(metrics, (key, value) => (OF_THE_RUN.has(key) ? undefined : value));
  return createHash('sha256').update(text).digest('hex');
}

/**
 * One line per difference, for the runs that both have.
 *
 * @param {Record<string, Record<string, string>>} recorded
 * @param {Record<string, Record<string, string>>} found
 */
export function differences(recorded, found) {
  const lines = [];
  for (const [run, expected] of Object.entries(recorded)) {
    const actual = found[run];
    if (!actual) continue;
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      if (!(name in actual)) lines.push(`${run}: ${name} is missing`);
      else if (!(name in expected)) lines.push(`${run}: ${name} is new`);
      else if (actual[name] !== expected[name]) lines.push(`${run}: ${name} differs`);
    }
  }
  return lines;
}

function foldersOf(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function main([verb, results = RESULTS]) {
  const found = digestsOf(results);
  if (verb === 'record') {
    writeFileSync(RECORDED, `${JSON.stringify(found, null, 2)}\n`);
    console.log(`Recorded ${Object.keys(found).join(', ')}.`);
    return 0;
  }
  if (verb !== 'check') {
    console.error('Usage: node tools/identity/identity.mjs record|check [results folder]');
    return 1;
  }
  const recorded = JSON.parse(readFileSync(RECORDED, 'utf8'));
  const compared = Object.keys(recorded).filter((run) => run in found);
  if (compared.length === 0) {
    console.error(`${results}: holds none of ${Object.keys(recorded).join(', ')}; run the study first.`);
    return 1;
  }
  const lines = differences(recorded, found);
  for (const line of lines) console.error(line);
  const files = compared.reduce((sum, run) => sum + Object.keys(recorded[run]).length, 0);
  console.log(`${compared.join(', ')}: ${files} digests compared, ${lines.length} differ`);
  return lines.length ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
