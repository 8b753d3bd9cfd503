import { isProcessRunning, pidScope } from './process-identity.js';
import { basename, dirname, join, process, randomInt, readdir, resolve, rm, stat, threadId } from '#system';
import { sha256 } from './digest.js';

/** Hosts and containers may share a folder, and a pid is valid in only one of them. */
const machine = pidScope();

/** Of this thread. Begins at random, because an earlier process with the same pid may have left files. */
let serial = randomInt(2 ** 40);

/**
 * `tmp`: a file or folder being written; `earlier`: the one it replaces, for the moment of the exchange; `part`: a download
 * that a later run may resume.
 */
export type Purpose = 'tmp' | 'earlier' | 'part';

/** File systems allow 255 bytes per name, and the rest of a temporary name needs some of them. */
const LONGEST_STEM = 150;

/** Returns a name beside `path` that no other writer uses. */
export function temporaryBeside(path: string, purpose: Purpose = 'tmp'): string {
  return join(dirname(resolve(path)), `${start(path)}${process.pid}-${threadId}-${serial++}.${purpose}`);
}

/**
 * Lists the temporary files and folders of `path` that processes of this machine left behind because they were killed.
 * Only names that `temporaryBeside` makes count.
 */
export async function leftoversOf(path: string, purpose: Purpose): Promise<string[]> {
  const folder = dirname(resolve(path));
  const prefix = start(path);
  const left: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const [, pid, own] = /^(\d+)-\d+-\d+\.([a-z]+)$/.exec(name.slice(prefix.length)) ?? [];
    if (own === purpose && (await isAbandoned(join(folder, name), Number(pid)))) left.push(join(folder, name));
  }
  return left;
}

/** Removes the files and folders that `leftoversOf` lists. */
export async function removeLeftovers(path: string, purpose: Purpose = 'tmp'): Promise<void> {
  for (const left of await leftoversOf(path, purpose)) {
    // Another writer may remove it at the same time.
    await rm(left, { recursive: true, force: true }).catch(() => undefined);
  }
}

function start(path: string): string {
  const name = basename(resolve(path));
  const stem = new TextEncoder().encode(name).length > LONGEST_STEM ? sha256(name) : name;
  return `.${stem}.${machine}-`;
}

/** Clocks of a file server and of this machine may differ by so much. */
const CLOCK_SLACK_MS = 60_000;

async function isAbandoned(path: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return !isProcessRunning(pid);
  // In a container every run may have the same pid; then the age of the file decides.
  const begun = Date.now() - process.uptime() * 1000;
  const info = await stat(path).catch(() => null);
  return info !== null && info.mtimeMs < begun - CLOCK_SLACK_MS;
}
