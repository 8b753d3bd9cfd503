/**
 * `nx run parity:newest`: makes the numeric fixtures anew with the newest peers (`nx run bench:peers` installs them) and runs the tests of each
 * package with them, then puts the committed fixtures back. The committed ones come from the versions that their scripts name, so that
 * the packages agree with old and new peers alike.
 *
 * Options: `--packages model,eval` for some packages, `--python PATH`. Ends with code 1 when a test fails.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const made = path.join(root, 'tools/bench/peers/venv/bin/python');

/** For each package its scripts, in order, and the tests that read what they write. */
const scripts = {
  analysis: {
    programs: ['analysis-golden.py', 'analysis-umap.py'],
    tests: ['pca', 'neighbors', 'highly-variable', 'umap'],
  },
  baselines: {
    programs: ['baselines-golden.py', 'baselines-models.py', 'baselines-xgboost-versions.py'],
    tests: ['features/features', 'linear/', 'models', 'trees/', 'semi-supervised/', 'formats/'],
  },
  engine: { programs: ['engine-adamw.py'], tests: ['adamw'] },
  eval: { programs: ['eval-golden.py', 'eval-roc-band.py'], tests: ['.'] },
  model: { programs: ['model-golden.py'], tests: ['parity', 'checkpoint', 'inference'] },
  tokenizer: { programs: ['tokenizer-golden.py'], tests: ['.'] },
};

const { values: options } = parseArgs({
  options: {
    packages: { type: 'string', default: Object.keys(scripts).join(',') },
    python: { type: 'string', default: existsSync(made) ? made : 'python3' },
  },
});
const backup = mkdtempSync(path.join(tmpdir(), 'fixtures-'));
let failed = 0;
try {
  for (const name of options.packages.split(',')) {
    if (!Object.hasOwn(scripts, name))
      throw new Error(`no package ${name}; there are ${Object.keys(scripts).join(', ')}`);
    failed += withNewFixtures(name) ? 0 : 1;
  }
} finally {
  rmSync(backup, { recursive: true });
}
process.exitCode = failed ? 1 : 0;

/** Whether the tests of a package pass with fixtures made by the installed peers. */
function withNewFixtures(name) {
  const { programs, tests } = scripts[name];
  const fixtures = path.join(root, 'packages', name, 'fixtures');
  const kept = path.join(backup, name);
  cpSync(fixtures, kept, { recursive: true });
  try {
    for (const program of programs) run(options.python, [path.join(root, 'tools/parity', program), fixtures]);
    const jest = ['--import', './tools/jest/typescript-threads.mjs', '--experimental-vm-modules', '--no-warnings'];
    const config = ['-c', 'tools/jest/jest.config.mjs', '--rootDir', `packages/${name}`];
    return run(process.execPath, [...jest, 'node_modules/jest/bin/jest.js', ...config, ...tests], false);
  } finally {
    rmSync(fixtures, { recursive: true });
    cpSync(kept, fixtures, { recursive: true });
  }
}

function run(command, words, mustPass = true) {
  const { status } = spawnSync(command, words, { cwd: root, stdio: 'inherit' });
  if (status !== 0 && mustPass) throw new Error(`${command} ${words.join(' ')} ended with status ${status}`);
  return status === 0;
}
