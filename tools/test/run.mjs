/**
 * Everything that must hold: lint, types, unused code, layout, and every package's tests. Ends with one line, `N passed, N failed, N skipped`,
 * that counts jest's tests and each other check as one. The lines before it say why tests were skipped; a skipped test without a
 * reason is a failure.
 *
 * With `--affected BASE`, such as `--affected origin/main`, only the packages are tested that differ from that commit or depend on one that does.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { skippedTests } from './skips.mjs';

const { values: options } = parseArgs({ options: { affected: { type: 'string' } } });
const root = fileURLToPath(new URL('../..', import.meta.url));
const results = path.join(root, '.test-results');
const env = {
  ...process.env,
  NX_DEFAULT_OUTPUT_STYLE: process.env.NX_DEFAULT_OUTPUT_STYLE ?? 'static',
};
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

/**
 * The build comes first: it writes the graph of projects that the lint reads. Then two lists run side by side. One process for all packages
 * reads each source once; the targets of Nx read it once per package.
 */
const checks = [
  [
    ['lint', 'eslint -c tools/lint/eslint.config.mjs packages apps tools data docs'],
    ['prose', 'node tools/prose/check.mjs'],
  ],
  [
    ['types', 'node tools/build/tsc.mjs -p tsconfig.json'],
    ['unused code', 'knip --no-progress'],
    ['layout', 'prettier --check --log-level warn .'],
  ],
];

let passed = 0;
let failed = 0;
let skipped = 0;
await check('build', 'nx run-many -t build');
await Promise.all(
  checks.map(async (list) => {
    for (const [name, command] of list) await check(name, command);
  }),
);
// cluster:test starts daemons of Slurm, so it runs alone and only when asked. One more than the two at a time of nx.json, because tests of killed processes mostly wait.
const tested = options.affected === undefined ? ['run-many'] : ['affected', `--base=${options.affected}`];
const { status } = spawnSync(`nx ${tested.join(' ')} -t test --exclude=cluster --parallel=3`, {
  cwd: root,
  stdio: 'inherit',
  shell: true,
  env,
});
count(status !== 0);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed ? 1 : 0;

/** Runs a command and counts it as one check. Its output is printed when it ends, so that two commands do not mix theirs. */
async function check(name, command) {
  const child = spawn(command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: true, env });
  const output = [];
  child.stdout.on('data', (piece) => output.push(piece));
  child.stderr.on('data', (piece) => output.push(piece));
  const [status] = await once(child, 'close');
  process.stdout.write(`> ${name}: ${command}\n${Buffer.concat(output)}`);
  if (status === 0) passed++;
  else {
    failed++;
    console.error(`${name}: failed (${command})`);
  }
}

/** Adds up jest's own reports; a run that failed without a failed test (a crash, say) counts as one failure. */
function count(runFailed) {
  const reports = readdirSync(results).map((file) => JSON.parse(readFileSync(path.join(results, file), 'utf8')));
  let failedTests = 0;
  for (const report of reports) {
    passed += report.numPassedTests;
    failedTests += report.numFailedTests + report.numRuntimeErrorTestSuites;
  }
  failed += runFailed && failedTests === 0 ? 1 : failedTests;
  const { reasons, unexplained } = skippedTests(reports, (file) => readFileSync(file, 'utf8'));
  for (const [reason, tests] of reasons) {
    skipped += tests;
    console.log(`skipped: ${tests} ${tests === 1 ? 'test' : 'tests'}: ${reason}`);
  }
  for (const test of unexplained) {
    failed++;
    console.error(`skipped without a reason: ${test}; add "(skipped: …)" to its title`);
  }
}
