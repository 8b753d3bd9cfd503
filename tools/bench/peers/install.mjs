/**
 * `nx run bench:peers`: makes the Python environment of the peers in tools/bench/peers/venv, with the versions of requirements.txt.
 * Needs python3 with venv, and several GB of disk for PyTorch. The benchmarks use the environment if it is there.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

run('python3', ['-m', 'venv', here('venv')]);
run(here('venv/bin/python'), ['-m', 'pip', 'install', '--requirement', here('requirements.txt')]);

function run(command, words) {
  const { status, error } = spawnSync(command, words, { stdio: 'inherit' });
  if (status === 0) return;
  console.error(
    `${command} ${words.join(' ')}: ${error ? error.message : `ended with status ${status}`}; install python3-venv and try again`,
  );
  process.exit(1);
}
