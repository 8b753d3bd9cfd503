/**
 * Kills the study: `node tools/nx/kills.mjs [--target reproduce:cell] [--moments 10] [--within 120] [--work FOLDER]`.
 *
 * Starts `npx nx run <target>` with a cache of its own, ends its outermost process with SIGTERM or SIGKILL at random moments
 * and, five seconds later, looks for processes that are still alive. Then the run is started once more, to its end, and the
 * digests of its results, without times, must be those of a run in another cache that nobody ended. Needs Linux.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { differences, digestsOf } from '../identity/identity.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'reproduce:cell' },
    moments: { type: 'string', default: '10' },
    within: { type: 'string', default: '120' },
    work: { type: 'string', default: mkdtempSync(path.join(tmpdir(), 'kills-')) },
  },
});
const moments = Number(values.moments);
const within = Number(values.within);
const results = path.join(root, 'apps/reproduce/results');
const [experiment, profile = 'embedded'] = values.target.split(':').slice(1);

/** The run in progress, which ends with this program. */
let current;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, () => {
    current?.kill('SIGTERM');
    process.exit(code);
  });
}

let failures = 0;
for (let moment = 0; moment < moments; moment++) {
  const signal = moment % 2 ? 'SIGKILL' : 'SIGTERM';
  const seconds = Math.random() * within;
  const run = start('killed');
  const ended = await Promise.race([run.ended.then(() => true), sleep(seconds * 1000).then(() => false)]);
  if (!ended) run.child.kill(signal);
  await sleep(5000);
  const left = processesWith(run.mark);
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  failures += left.length;
  const what = ended ? 'had ended by itself' : `${signal} to npx after ${seconds.toFixed(1)} s`;
  console.log(
    `${moment + 1}/${moments}: ${what}; alive 5 s later: ${left.map(({ command }) => command).join(' | ') || 'none'}`,
  );
}
const resumed = await finish('killed');
const undisturbed = await finish('undisturbed');
const different = differences(undisturbed.digests, resumed.digests);
const count = Object.values(undisturbed.digests).reduce((sum, digests) => sum + Object.keys(digests).length, 0);
const same = resumed.code === 0 && undisturbed.code === 0 && count > 0 && different.length === 0;
for (const line of different) console.log(line);
console.log(
  `the run after the kills ended with ${resumed.code}, the undisturbed one with ${undisturbed.code}; ${different.length} of ${count} digests differ`,
);
process.exitCode = failures || !same ? 1 : 0;

/** Starts the study with the cache `name`; what it starts can be found by `mark` in its environment. */
function start(name) {
  const mark = `KILLS_MARK=${randomUUID()}`;
  const folder = path.join(values.work, name);
  const child = spawn('npx', ['nx', 'run', values.target], {
    cwd: root,
    stdio: 'ignore',
    detached: true,
    env: {
      ...process.env,
      GENEFORMER_CACHE: path.join(folder, 'cache'),
      NX_CACHE_DIRECTORY: path.join(folder, 'nx'),
      // Nx stores the list of cached tasks outside its cache folder.
      NX_WORKSPACE_DATA_DIRECTORY: path.join(folder, 'nx-data'),
      KILLS_MARK: mark.split('=')[1],
    },
  });
  current = child;
  return { child, mark, ended: new Promise((resolve) => child.once('exit', resolve)) };
}

/** Runs the study to its end, as a fresh clone would that finds the cache, and digests what its stages made. */
async function finish(name) {
  rmSync(path.join(results, experiment, profile), { recursive: true, force: true });
  const code = await start(name).ended;
  const run = `${experiment}/${profile}`;
  return { code, digests: { [run]: digestsOf(results)[run] ?? {} } };
}

function processesWith(mark) {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)) return [];
      if (/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid: Number(pid), command }];
    } catch {
      return []; // it has ended meanwhile, or is another user's
    }
  });
}
