import { hasEnded, ownProcess } from '@geneformer-ts/core/node';
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LockLostError } from '../errors.js';
import { startHeartbeat } from './heartbeat.js';
import { createLock, lockText, readLock, secondsSinceBeat, type LockRecord } from './lock-file.js';

export interface LockOptions {
  /** Whose work the lock protects, for the process that waits. */
  stage: string;
  /** Ends the waiting. */
  signal?: AbortSignal | undefined;
  /** Called once, when another process holds the lock. */
  onWait?: (holder: LockRecord) => void;
  /** Milliseconds between two beats of the owner. Default 3,000. */
  everyMs?: number;
  /** Milliseconds without a beat after which an owner on another host or in another container counts as dead. Default 30,000. */
  staleMs?: number;
}

/**
 * Keeps two processes, on whichever hosts and in whichever containers, from working in one folder. It needs no more of a
 * file system than hard links or exclusive creation, and renaming.
 *
 * A process that finds the lock held waits. It takes the lock over at once when the owner was in the same pid namespace and
 * has ended, and otherwise when the owner has not beaten for `staleMs`. Only one of several waiting processes can: to
 * replace the lock of owner T, a process must hold the lock `<file>.after-T`, and it becomes the new one by renaming.
 */
export class Lock {
  /** Aborted with LockLostError when another process has taken the lock over. */
  readonly lost: AbortSignal;
  private readonly stop: () => Promise<void>;

  private constructor(
    private readonly file: string,
    private readonly token: string,
    private readonly stage: string,
    everyMs: number,
  ) {
    const controller = new AbortController();
    this.lost = controller.signal;
    this.stop = startHeartbeat({ file, token, everyMs }, () => controller.abort(new LockLostError(stage, file)));
  }

  /** Waits for the lock `file` and takes it. The folder is made when absent. */
  static async acquire(file: string, options: LockOptions): Promise<Lock> {
    const { stage, everyMs = 3_000 } = options;
    mkdirSync(path.dirname(file), { recursive: true });
    const token = randomUUID();
    const text = lockText({ token, stage, since: new Date().toISOString(), ...ownProcess() });
    await take(file, token, text, { everyMs, staleMs: 30_000, ...options });
    return new Lock(file, token, stage, everyMs);
  }

  /** @throws LockLostError when another process has taken the lock over, so nothing may be published any more */
  assertHeld(): void {
    this.lost.throwIfAborted();
    if (readLock(this.file)?.token !== this.token) throw new LockLostError(this.stage, this.file);
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    await this.stop();
    // While this file is there, nobody can take the lock over between the look and the removal.
    const guard = successor(this.file, this.token);
    const text = lockText({ token: this.token, stage: this.stage, since: new Date().toISOString(), ...ownProcess() });
    if (!createLock(guard, text)) return; // another process has taken it over, or is about to
    if (readLock(this.file)?.token === this.token) rmSync(this.file, { force: true });
    rmSync(guard, { force: true });
  }
}

type Waiting = LockOptions & { everyMs: number; staleMs: number };

async function take(file: string, token: string, text: string, options: Waiting): Promise<void> {
  let said = false;
  for (;;) {
    if (createLock(file, text)) return;
    const { holder, isDead } = await watch(file, options, said ? undefined : options.onWait);
    said = true;
    if (!isDead || !holder) continue;
    const guard = successor(file, holder.token);
    await take(guard, token, text, { ...options, onWait: () => undefined });
    if (readLock(file)?.token === holder.token) rename(guard, file);
    else rmSync(guard, { force: true }); // another process was sooner
    if (readLock(file)?.token === token) return;
  }
}

/** Watches the owner of a lock until the lock is free, has changed hands, or its owner is dead. */
async function watch(file: string, options: Waiting, onWait: LockOptions['onWait']) {
  const { everyMs, staleMs, signal } = options;
  let last = readLock(file);
  let seen = performance.now();
  for (let said = false; ; said = true) {
    signal?.throwIfAborted();
    const holder = readLock(file);
    if (!holder || holder.token !== last?.token) return { holder, isDead: false };
    if (holder.space !== '' && hasEnded(holder)) return { holder, isDead: true };
    if (holder.beat !== last.beat) seen = performance.now();
    last = holder;
    // This clock stands still while the machine sleeps, and two beats of silence are waited for here in any case: so an
    // owner on a machine that has just woken up is given the time to beat again.
    const silence = performance.now() - seen;
    const isSilent = silence > staleMs || (silence > 2.5 * everyMs && secondsSinceBeat(file) * 1000 > staleMs);
    if (isSilent && !isKnownToRun(holder)) return { holder, isDead: true };
    if (!said && holder.token !== '') onWait?.(holder);
    await sleep(Math.min(500, everyMs / 4) * (0.75 + Math.random() / 2), undefined, signal ? { signal } : {}).catch(
      () => signal?.throwIfAborted(),
    );
  }
}

/** An owner that can be seen from here is alive, however long it has been stopped (Ctrl-Z, a debugger). */
function isKnownToRun(holder: LockRecord): boolean {
  return holder.space === ownProcess().space && holder.started !== '' && !hasEnded(holder);
}

function successor(file: string, token: string): string {
  return `${file}.after-${token.slice(0, 8)}`;
}

function rename(from: string, to: string): void {
  try {
    // An empty folder in the place of the lock; one that holds files is somebody's, and the error names it.
    if (lstatSync(to, { throwIfNoEntry: false })?.isDirectory()) rmdirSync(to);
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // a third process thought us dead
  }
}
