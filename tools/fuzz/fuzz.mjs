import { fork } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { makeSamples } from './samples.mjs';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));
/** What no damaged file may bring about. */
const LIMITS = { seconds: 5, bytes: 2 ** 30 };

/**
 * Reads `count` damaged files of each format in processes of their own and tells which of them crashed, hung, took too
 * much memory, or failed without a named error.
 *
 * @param {{ names: string[], seed: number, count: number, keep?: string, onFormat?: (report: object) => void }} options
 *   `keep` is a folder to put the last damaged file of each format into
 * @returns one report a format: how often each outcome came, and the failures with their seeds
 */
export async function fuzz({ names, seed, count, keep, onFormat = () => undefined }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'geneformer-fuzz-'));
  try {
    mkdirSync(path.join(folder, 'samples'));
    await makeSamples(path.join(folder, 'samples'));
    const reports = [];
    for (const name of names) {
      const report = await fuzzFormat(name, seed, seed + count, folder);
      reports.push(report);
      onFormat(report);
      const last = readdirSync(folder).find((file) => file.startsWith('damaged-'));
      if (keep && last) cpSync(path.join(folder, last), path.join(keep, last), { recursive: true });
      if (last) rmSync(path.join(folder, last), { recursive: true });
    }
    return reports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fuzzFormat(name, from, to, folder) {
  const report = { name, files: 0, outcomes: {}, failures: [], slowest: 0, peakBytes: 0 };
  for (let next = from; next < to;) next = await runChild(name, next, to, folder, report);
  return report;
}

/** Runs one child until it is done or has failed; returns the next seed. */
function runChild(name, from, to, folder, report) {
  return new Promise((resolve) => {
    const child = fork(CHILD, [name, from, to, folder], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let seed = from;
    let printed = '';
    let timer;
    let stopped;
    const stop = (why) => {
      stopped = why;
      child.kill('SIGKILL');
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
    child.on('message', (message) => {
      clearInterval(timer);
      seed = message.seed;
      if (message.started) {
        timer = afterComputing(child, LIMITS.seconds, () => stop(`still reading after ${LIMITS.seconds} s`));
        return;
      }
      count(report, message);
      if (message.unnamed) report.failures.push({ seed, problem: message.unnamed });
      if (message.peakBytes > LIMITS.bytes) stop(`took ${Math.round(message.peakBytes / 2 ** 20)} MiB`);
      seed++;
    });
    child.on('exit', (code, signal) => {
      clearInterval(timer);
      const crashed =
        stopped ?? (code === 0 ? undefined : `ended with ${signal ?? `code ${code}`}: ${printed.slice(-600)}`);
      // A stop for memory comes after the file was counted.
      const failed = stopped?.startsWith('took') ? seed - 1 : seed;
      if (crashed) report.failures.push({ seed: failed, problem: crashed });
      if (!crashed && printed) report.failures.push({ seed: from, problem: `printed: ${printed.slice(0, 600)}` });
      resolve(crashed ? failed + 1 : to);
    });
  });
}

/**
 * Calls back once the child has computed for so many seconds, or has been silent for many times as long: on a machine that others
 * use as well, a reading that is on its way to the end may take long.
 */
function afterComputing(child, seconds, callback) {
  const before = computedSeconds(child.pid);
  let silent = 0;
  const timer = setInterval(() => {
    silent += LOOK_SECONDS;
    const computed = computedSeconds(child.pid) - before;
    // Where the system does not tell, all time counts.
    if ((Number.isNaN(computed) ? silent : computed) < seconds && silent < PATIENCE * seconds) return;
    clearInterval(timer);
    callback();
  }, LOOK_SECONDS * 1000);
  return timer;
}

/** How often a child is looked at, which leaves out the time in which this process itself was stopped. */
const LOOK_SECONDS = 0.1;
/** However little it computes, a child that is silent for so many times its limit hangs. */
const PATIENCE = 20;

/** Returns the processor seconds of a process on Linux (proc(5)); NaN elsewhere. */
function computedSeconds(pid) {
  try {
    const [, afterName] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
    const [user, system] = afterName.split(' ').slice(11, 13);
    return (Number(user) + Number(system)) / TICKS_A_SECOND;
  } catch {
    return NaN;
  }
}

const TICKS_A_SECOND = 100;

function count(report, { outcome, computedSeconds: seconds, peakBytes }) {
  report.files++;
  report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
  report.slowest = Math.max(report.slowest, seconds);
  report.peakBytes = Math.max(report.peakBytes, peakBytes);
}
