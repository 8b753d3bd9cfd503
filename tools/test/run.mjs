/**
 * Everything that must hold: lint, types, unused code, layout, and every package's tests. Ends with one line, `N passed, N failed, N skipped`,
 * that counts jest's tests and each other check as one. The lines before it say why tests were skipped; a skipped test without a
 * reason is a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { skippedTests } from './skips.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const results = path.join(root, '.test-results');
const env = {
  ...process.env,
  NX_DEFAULT_OUTPUT_STYLE: process.env.NX_DEFAULT_OUTPUT_STYLE ?? 'static',
};
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const checks = [
  ['lint', 'nx run-many -t lint'],
  ['types', 'nx run-many -t typecheck'],
  ['unused code', 'knip --no-progress'],
  ['layout', 'prettier --check --log-level warn .'],
  ['build', 'nx run-many -t build'],
  ['tests', 'nx run-many -t test'],
];

let passed = 0;
let failed = 0;
let skipped = 0;
for (const [name, command] of checks) {
  const { status } = spawnSync(command, { cwd: root, stdio: 'inherit', shell: true, env });
  if (name === 'tests') count(status !== 0);
  else if (status === 0) passed++;
  else {
    failed++;
    console.error(`${name}: failed (${command})`);
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed ? 1 : 0;

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
