/**
 * Runs the Slurm templates of `examples/cluster` on a real Slurm: arrays of 8 tasks of tokenize, embed and perturb with dependent merges,
 * two tasks of each longer array stopped by SIGTERM and requeued. Compares every output with that of an undivided call, byte for byte, and
 * prints a log. Ends with 1 if something differs, if fewer tasks were stopped, or if a stopped task computed a complete part again.
 *
 * `nx run cluster:test -- [--shards 8] [--cells 3000] [--max-cells 10] [--folder DIR] [--only embed]`: number of shares, cells of the file,
 * cells to perturb, a folder that stays, and a command.
 */
import { writeThymus } from '@geneformer-ts/simulate';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { missing, pause, startCluster } from './slurm.mjs';

const run = promisify(execFile);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const bin = here('../../packages/geneformer/bin/geneformer.mjs');
const submit = here('../../examples/cluster/submit.sh');
const { values } = parseArgs({
  options: {
    shards: { type: 'string', default: '8' },
    folder: { type: 'string' },
    only: { type: 'string' },
    cells: { type: 'string', default: '3000' },
    'max-cells': { type: 'string', default: '10' },
  },
});

const reason = missing();
if (reason) {
  console.log(`skipped: ${reason}`);
  process.exit(0);
}
const folder = values.folder ?? mkdtempSync(path.join(tmpdir(), 'geneformer-slurm-'));
const at = (name) => path.join(folder, name);
const startedAt = Date.now();
const log = (text) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${text}`);
// The same number of threads as a share has.
Object.assign(process.env, {
  GENEFORMER: `${process.execPath} ${bin}`,
  GENEFORMER_THREADS: '1',
  GENEFORMER_OFFLINE: '1',
});

const shards = Number(values.shards);
const commands = [
  { name: 'tokenize', words: [], out: 'cells.dataset', stops: 0 },
  { name: 'embed', words: [], out: 'embedded.h5ad', stops: 2 },
  { name: 'perturb', words: ['--max-cells', values['max-cells'], '--donors', 'donor_id'], out: 'deleted', stops: 2 },
];

let failed = 0;
await writeThymus(at('cells.h5ad'), { seed: 1, preset: 'small', cells: Number(values.cells), genes: 2000 });
const cluster = await startCluster(at('slurm'));
log(
  `Slurm ${(await cluster.command('sinfo', '--version')).split(' ').pop()}: ${await cluster.command('sinfo', '-h', '-o', '%n %c CPUs %T')}`,
);
try {
  for (const { name, words, out, stops } of commands.filter((command) => values.only?.includes(command.name) ?? true)) {
    const call = (file) => [name, at('cells.h5ad'), '-o', at(file), ...words];
    const shares = path.join('shares', out);
    await run('mkdir', ['-p', at('shares'), at('whole')]);
    const env = { ...cluster.env, SHARDS: values.shards };
    const { stdout } = await run(submit, call(shares), { env, cwd: folder, encoding: 'utf8' });
    const [array, join] = stdout.trim().split(' ');
    log(`${name}: array ${array} of ${values.shards}, then merge ${join}`);
    const stopped = await stopTasks(array, stops, name === 'perturb' ? at(shares) : at(`${shares}.parts`));
    if (stopped.length < stops) {
      failed++;
      log(`${name}: only ${stopped.length} of ${stops} tasks were stopped before they ended`);
    }
    const state = await waitFor(join);
    log(`${name}: merge ${state.JobState}`);
    if (state.JobState !== 'COMPLETED') failed++;
    failed += report(name, array, stopped);
    const began = Date.now();
    await run(process.execPath, [bin, ...call(path.join('whole', out))]);
    log(`${name}: undivided in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    const [one, two] = [contents(at(path.join('whole', out))), contents(at(shares))];
    const differing = Object.keys({ ...one, ...two }).filter((file) => file !== 'call.json' && one[file] !== two[file]);
    if (differing.length > 0) failed++;
    log(
      `${name}: ${Object.keys(one).length} files, ${differing.length === 0 ? 'the same bytes' : `different: ${differing.join(', ')}`}`,
    );
  }
} finally {
  await cluster.stop();
}
if (failed === 0 && !values.folder) rmSync(folder, { recursive: true, force: true });
else log(`files are in ${folder}`);
log(failed === 0 ? 'passed' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Sends SIGTERM to running tasks that have finished a part, as a preemption does. Returns what was stopped. */
async function stopTasks(array, count, folder) {
  const stopped = [];
  while (stopped.length < count) {
    await pause(0.2);
    const lines = (await cluster.command('squeue', '-h', '-r', '-j', array, '-o', '%F_%K %A %T'))
      .split('\n')
      .filter(Boolean);
    if (lines.length === 0) return stopped;
    const running = lines.flatMap((line) => {
      const [id, job, state] = line.split(' ');
      return state === 'RUNNING' ? [{ id, job }] : [];
    });
    // A task that has finished a part shows whether resuming keeps it, and one that has others left is still computing.
    const next = running.find(({ id }) => {
      const { complete, all } = partsOfTask(folder, taskIn(id));
      return complete > 0 && complete < all && !stopped.some((earlier) => earlier.id === id);
    });
    if (next === undefined) continue;
    const { complete, all } = partsOfTask(folder, taskIn(next.id));
    try {
      await cluster.signal(next.job);
    } catch (error) {
      // Ended by its time limit, it has sent the signal before; else the task has ended meanwhile.
      if (!error.killed) continue;
    }
    log(`  SIGTERM to task ${next.id}; ${complete} of its ${all} parts are complete`);
    stopped.push({ id: next.id, complete });
  }
  return stopped;
}

/** Returns the task of an id such as `10_3`. */
function taskIn(id) {
  return Number(id.split('_')[1]);
}

/** Returns the number of parts of a task, and how many of them are complete. */
function partsOfTask(folder, task) {
  if (!existsSync(path.join(folder, 'run.json'))) return { complete: 0, all: 0 };
  const { partCount, rows, partRows } = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8'));
  const count = partCount ?? Math.ceil(rows / partRows);
  // Tasks of perturb take turns, so that long cells are spread; those of other commands read one range of the file.
  const taskOf = (part) => (partCount === undefined ? Math.ceil(((part + 1) * shards) / count) - 1 : part % shards);
  const parts = path.join(folder, 'parts');
  const files = existsSync(parts) ? readdirSync(parts) : [];
  const complete = files.flatMap((name) => /^part-(\d+)\.\w+$/.exec(name)?.[1] ?? []);
  return {
    complete: complete.filter((part) => taskOf(Number(part)) === task).length,
    all: Array.from({ length: count }, (_, part) => part).filter((part) => taskOf(part) === task).length,
  };
}

async function waitFor(job) {
  for (;;) {
    const text = await cluster.command('scontrol', 'show', 'job', job);
    const state = Object.fromEntries([...text.matchAll(/(\w+)=(\S*)/g)].map(([, key, value]) => [key, value]));
    if (!['PENDING', 'RUNNING', 'COMPLETING', 'CONFIGURING'].includes(state.JobState)) return state;
    await pause(1);
  }
}

/**
 * Prints what each task said: parts of its share, and parts that were there when it started.
 *
 * @returns number of stopped tasks that found fewer parts than were complete when they were stopped
 */
function report(name, array, stopped) {
  let again = 0;
  for (let task = 0; task < shards; task++) {
    const text = readFileSync(at(`geneformer-${array}_${task}.log`), 'utf8');
    const said = text
      .split('\n')
      .filter((line) => /^\s*parts\b|^stopped;|^error/.test(line))
      .map((line) => line.trim().replace(/\s+/g, ' '));
    const stop = stopped.find(({ id }) => id === `${array}_${task}`);
    const found = Number(/(\d+) of them there before/.exec(said.at(-1))?.[1] ?? 0);
    if (stop && found < stop.complete) {
      again++;
      log(`${name} ${task}: found ${found} of ${stop.complete} complete parts`);
    }
    log(`${stop ? '* ' : '  '}${name} ${task}: ${said.join(' | ')}`);
  }
  return again;
}

/** Digests of the files of an output, by name. */
function contents(output) {
  const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
  try {
    const names = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(
      names.map(({ parentPath, name }) => [
        path.relative(output, path.join(parentPath, name)),
        digest(path.join(parentPath, name)),
      ]),
    );
  } catch {
    return { '': digest(output) };
  }
}
