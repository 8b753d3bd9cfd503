import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {{ pid: number, ppid: number, session: string, started: string, words: string[] }} ProcessInfo
 */

/**
 * Reads what the system knows of a process; undefined when it has ended, or when the system does not tell (Windows).
 * @param {number} pid
 * @returns {ProcessInfo | undefined}
 */
export function readProcess(pid) {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

function fromProc(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // proc(5): the name before the bracket may hold anything; then state, parent, group, session; field 22 is the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  return { pid, ppid: Number(fields[1]), session: fields[3], started: fields[19], words };
}

function fromPs(pid) {
  const line = execFileSync('ps', ['-o', 'ppid=,lstart=,command=', '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  const [, ppid, started, command] = /^\s*(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/m.exec(line);
  return { pid, ppid: Number(ppid), session: '', started, words: command.split(' ') };
}

/**
 * The processes that started `pid` for this run, from its parent up to the outermost npm, npx or nx. Processes above that
 * one (a terminal, a script, `nohup`, a container's first process) may end without ending the run.
 * @param {number} pid
 * @param {(pid: number) => ProcessInfo | undefined} [read]
 * @returns {ProcessInfo[]}
 */
export function launchersOf(pid, read = readProcess) {
  const chain = [];
  let length = 0;
  let child = read(pid);
  while (child && child.ppid > 0) {
    const parent = read(child.ppid);
    if (!parent) break;
    const launches = isLauncher(parent);
    if (!launches && !isShellCommand(parent)) break;
    // Only nx gives its tasks a session (a terminal) of their own; otherwise it means a run that is to stand alone.
    if (parent.session !== child.session && !isNx(parent)) break;
    chain.push(parent);
    if (launches) length = chain.length;
    child = parent;
  }
  return chain.slice(0, length);
}

/** Whether a process is npm, npx, nx, or a program of this workspace that calls them. */
function isLauncher({ words }) {
  const program = programOf(words);
  return (
    LAUNCHERS.test(path.basename(program)) ||
    isNx({ words }) ||
    /[\\/]?tools[\\/](test|setup)[\\/]\w+\.mjs$/.test(program)
  );
}

const LAUNCHERS = /^(npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack|nx)(-cli)?(\.[cm]?js)?$/;

/** @param {{ words: string[] }} info */
export function isNx({ words }) {
  const program = programOf(words);
  return /^nx(\.js)?$/.test(path.basename(program)) || /[\\/]nx[\\/](dist|bin|src)[\\/]/.test(program);
}

/** The script that node runs, or the program; npm shows its whole command as one word. */
function programOf([first = '', ...rest]) {
  const [program] = first.split(' ');
  if (!/^node(js)?(\.exe)?$/.test(path.basename(program))) return program;
  return rest.find((word) => !word.startsWith('-')) ?? program;
}

function isShellCommand({ words }) {
  return (
    /^(ba|da|a|z|k)?sh$/.test(path.basename(words[0] ?? '')) && words.slice(1, 3).some((word) => /^-\w*c$/.test(word))
  );
}

/**
 * Whether one of the processes has ended.
 * @param {ProcessInfo[]} chain
 */
export function isBroken(chain) {
  if (process.platform === 'linux') return chain.some(({ pid, started }) => readProcess(pid)?.started !== started);
  return chain.some(({ pid }) => {
    try {
      process.kill(pid, 0); // asks, and ends nothing
      return false;
    } catch (error) {
      return error.code !== 'EPERM';
    }
  });
}

/**
 * Whether npm or npx ended before this could look: npm tells what it runs, and that nx was not meant to run on alone.
 * @param {Record<string, string | undefined>} env of an nx without launchers
 */
export function hasLostLauncher({ npm_lifecycle_script: script = '' }) {
  return (
    process.platform === 'linux' && /(^|[\s'"])nx['"]?(\s|$)/.test(script) && !/nohup|setsid|disown|&\s*$/.test(script)
  );
}
