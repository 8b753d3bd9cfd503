/**
 * Everything that must hold: lint, types, unused code, layout, and every package's tests. Ends with one line, `N passed, N failed, N skipped`,
 * that counts jest's tests and each other check as one. Tests on real data are skipped where GENEFORMER_DATA does not name them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

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
if (skipped > 0) listSkipped();
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed ? 1 : 0;

/** Adds up jest's own reports; a run that failed without a failed test (a crash, say) counts as one failure. */
function count(runFailed) {
  let failedTests = 0;
  for (const file of readdirSync(results)) {
    const report = JSON.parse(readFileSync(path.join(results, file), 'utf8'));
    passed += report.numPassedTests;
    skipped += report.numPendingTests + report.numTodoTests;
    failedTests += report.numFailedTests + report.numRuntimeErrorTestSuites;
  }
  failed += runFailed && failedTests === 0 ? 1 : failedTests;
}

/** One line per suite with skipped tests, since a suite skips for one reason: data, a program or a platform that is not there. */
function listSkipped() {
  for (const file of readdirSync(results)) {
    for (const suite of JSON.parse(readFileSync(path.join(results, file), 'utf8')).testResults) {
      const tests = suite.assertionResults.filter(({ status }) => status === 'pending' || status === 'todo');
      if (tests.length === 0) continue;
      console.log(`skipped: ${tests.length} in ${path.relative(root, suite.name)}, such as "${tests[0].fullName}"`);
    }
  }
}
