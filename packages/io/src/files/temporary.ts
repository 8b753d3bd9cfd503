import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';

/** Folders may be shared by machines, and a process number means something on its own machine only. */
const machine = hostname().replaceAll(/[^\w-]/g, '');

/** Of this thread: each has its own. */
let serial = 0;

/** `tmp`: something that is being made; `earlier`: what had the name before, for the moment in which it is replaced. */
type Purpose = 'tmp' | 'earlier';

/** A name beside `path` that no other writer uses: for building something before it gets its real name. */
export function temporaryBeside(path: string, purpose: Purpose = 'tmp'): string {
  const whole = resolve(path);
  return join(dirname(whole), `.${basename(whole)}.${machine}-${process.pid}-${threadId}-${serial++}.${purpose}`);
}

/** Removes what processes of this machine that are no longer there left under a temporary name of `path`, because they were killed. */
export async function removeLeftovers(path: string, purpose: Purpose = 'tmp'): Promise<void> {
  const whole = resolve(path);
  const folder = dirname(whole);
  const start = `.${basename(whole)}.${machine}-`;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(start)) continue;
    const [, pid, own] = /^(\d+)-\d+-\d+\.(\w+)$/.exec(name.slice(start.length)) ?? [];
    if (own !== purpose || isAlive(Number(pid))) continue;
    // Another writer may be clearing up too.
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, and ends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
