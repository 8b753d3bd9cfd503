/** Where and with what a measurement runs: the processor, the Python of the peers, and one process per measurement. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { fileURLToPath } from 'node:url';

const SETS = [
  'avx2',
  'avx_vnni',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'amx_bf16',
  'amx_int8',
  'asimd',
  'sve',
  'bf16',
  'i8mm',
];

/** Returns the instruction sets for vectors and matrices, such as `avx2 avx512f`; the architecture where the system does not list them. */
export function instructionSets() {
  if (!existsSync('/proc/cpuinfo')) return arch();
  const flags =
    /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].trim().split(/\s+/) ?? [];
  return SETS.filter((name) => flags.includes(name)).join(' ') || arch();
}

/** Returns what the results say of the machine; `versions` are those of PyTorch and transformers, or null. */
export function describeMachine(threads, versions) {
  return {
    instructionSets: instructionSets(),
    threads,
    peers: versions && `PyTorch ${versions.join(', transformers ')}`,
  };
}

/** Prints it. */
export function printMachine({ peers, instructionSets: sets, threads }) {
  console.log(`${peers ?? 'no peers: nx run bench:peers installs them'}; ${sets}, ${threads} threads`);
}

/** Returns the Python of the peers: that of `nx run bench:peers` if it is there, else the one on the path. */
export function peersPython() {
  const made = fileURLToPath(new URL('peers/venv/bin/python', import.meta.url));
  return existsSync(made) ? made : 'python3';
}

/** Returns the versions of Python modules, or null if one of them cannot be imported. */
export function versionsOf(python, modules) {
  const program = `import ${modules.join(', ')}; print(${modules.map((name) => `${name}.__version__`).join(', ')})`;
  const { status, stdout } = spawnSync(python, ['-c', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split(' ') : null;
}

/**
 * Runs a measurement in a process of its own, so that its peak memory is its own too, and returns the JSON of its last line.
 *
 * @throws Error when the process fails
 */
export function measurement(command, words, env = {}) {
  const { status, stdout } = spawnSync(command, words.map(String), {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with status ${status}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}
