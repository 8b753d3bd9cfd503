/**
 * `nx run bench:peers`: makes the Python environment of the peers in tools/bench/peers/venv, with the versions of requirements.txt.
 * With `--newest`, it takes the newest version of each instead. Needs python3 with venv, and several GB of disk for PyTorch. The benchmarks use the environment if it is there.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

const { values } = parseArgs({ options: { newest: { type: 'boolean', default: false } } });
const names = readFileSync(here('requirements.txt'), 'utf8').match(/^[^=\s]+/gm);
const wanted = values.newest ? ['--upgrade', ...names] : ['--requirement', here('requirements.txt')];

run('python3', ['-m', 'venv', here('venv')]);
run(here('venv/bin/python'), ['-m', 'pip', 'install', ...wanted]);

function run(command, words) {
  const { status, error } = spawnSync(command, words, { stdio: 'inherit' });
  if (status === 0) return;
  console.error(
    `${command} ${words.join(' ')}: ${error ? error.message : `ended with status ${status}`}; install python3-venv and try again`,
  );
  process.exit(1);
}
