import { execFileSync, hostname, process, readFileSync, readlinkSync } from '#system';

/** One process among all that may share a folder: those of other hosts, containers and boots too. */
export interface ProcessIdentity {
  /** Name of the host, for messages. */
  host: string;
  /** Where `pid` is valid: host, boot and pid namespace. Two containers on one host differ in it. */
  space: string;
  pid: number;
  /** When the process started, in the words of the system; empty where the system does not tell. */
  started: string;
}

/** Returns the identity of this process. */
export function ownProcess(): ProcessIdentity {
  return { host: hostname(), space: processSpace(), pid: process.pid, started: startOf(process.pid) ?? '' };
}

/**
 * Tells whether a process has certainly ended: it ran on this host and in this pid namespace, and its pid is unused or
 * belongs to a process with another start time. Returns false for a process elsewhere, which cannot be seen from here.
 */
export function hasEnded({ space, pid, started }: ProcessIdentity): boolean {
  if (space !== processSpace()) return false;
  if (!isProcessRunning(pid)) return true;
  const start = startOf(pid);
  return start === undefined ? hasOwnProc() : start !== '' && started !== '' && start !== started;
}

/** Tells whether a process of this pid namespace has this pid. */
export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, and ends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Returns a name, safe in file names, of the place where pids of this process are valid; it is the same after a reboot. */
export function pidScope(): string {
  const namespace = /\d+/.exec(link('/proc/self/ns/pid') ?? '')?.[0] ?? '';
  return `${hostname().replaceAll(/[^\w]/g, '_')}_${namespace}`;
}

function processSpace(): string {
  return [hostname(), text('/proc/sys/kernel/random/boot_id') ?? '', link('/proc/self/ns/pid') ?? ''].join(' ');
}

/** Counts a zombie as ended. Returns undefined when the process does not exist, and an empty text on systems that do not tell. */
function startOf(pid: number): string | undefined {
  if (process.platform === 'win32') return '';
  if (process.platform !== 'linux') return startFromPs(pid);
  const stat = text(pid === process.pid ? '/proc/self/stat' : hasOwnProc() ? `/proc/${pid}/stat` : '');
  if (stat === undefined) return hasOwnProc() ? undefined : '';
  // The name before the bracket may hold anything; state is field 3 and the start time field 22 of proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : (fields[19] ?? '');
}

/** Whether /proc shows the pids that this process sees; in a new pid namespace it may still be that of the parent. */
function hasOwnProc(): boolean {
  return link('/proc/self') === String(process.pid);
}

function startFromPs(pid: number): string | undefined {
  try {
    const env = { ...process.env, LC_ALL: 'C' }; // the words of a date depend on the language
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env,
    });
    return start.trim() || undefined;
  } catch {
    return '';
  }
}

function text(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function link(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}
