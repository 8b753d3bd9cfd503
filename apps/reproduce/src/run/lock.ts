import { randomUUID } from 'node:crypto';
import { lstatSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { printable } from '@geneformer-ts/core';
import { createFolder, hasEnded, ownProcess } from '@geneformer-ts/core/node';
import { LockLostError } from '../errors.js';
import { startHeartbeat } from './heartbeat.js';
import { createLock, type LockRecord, lockText, readLock, secondsSinceBeat } from './lock-file.js';
import type { TaskIdentity } from './stage.js';

export interface LockOptions {
  /** Name of the stage that the lock protects, shown to a waiting process. */
  stage: string;
  /** Stops waiting when aborted. */
  signal?: AbortSignal | undefined;
  /** Called once, when another process holds the lock. */
  onWait?: (holder: LockRecord) => void;
  /** Milliseconds between two beats of the owner. Default 3,000. */
  everyMs?: number;
  /** Milliseconds without a beat after which an owner on another host or in another container counts as dead. Default 30,000. */
  staleMs?: number;
}

/**
 * Prevents two processes, on any hosts and in any containers, from working in one folder. The file system only has to support
 * renaming and either hard links or exclusive creation.
 *
 * A process that finds the lock held waits. It takes the lock over at once when the owner was in the same pid namespace and
 * has ended, and otherwise when the owner has written no beat for `staleMs`. Only one of several waiting processes succeeds: to
 * replace the lock of owner T, a process must hold the lock `<file>.after-T`, which is then renamed to become the new lock.
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

  /** Waits for the lock `file` and takes it. Creates the folder if needed. */
  static async acquire(file: string, options: LockOptions): Promise<Lock> {
    const { stage, everyMs = 3_000 } = options;
    createFolder(path.dirname(file));
    const token = randomUUID();
    const text = lockText({ token, stage, since: new Date().toISOString(), ...ownProcess() });
    await take(file, token, text, { everyMs, staleMs: 30_000, ...options });
    return new Lock(file, token, stage, everyMs);
  }

  /**
   * Checks that this process still holds the lock and may publish its results.
   * @throws LockLostError when another process has taken the lock over
   */
  assertHeld(): void {
    this.lost.throwIfAborted();
    if (readLock(this.file)?.token !== this.token) throw new LockLostError(this.stage, this.file);
  }

  /** Releases the lock. */
  async release(): Promise<void> {
    await this.stop();
    // While this file exists, no process can take the lock over between the check and the removal.
    const guard = successor(this.file, this.token);
    const text = lockText({ token: this.token, stage: this.stage, since: new Date().toISOString(), ...ownProcess() });
    if (!createLock(guard, text)) return; // another process has taken the lock over or is about to
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
    else rmSync(guard, { force: true }); // another process was faster
    if (readLock(file)?.token === token) return;
  }
}

/** Watches a lock until it is free, has another owner, or its owner is dead. */
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
    // This clock stops while the machine sleeps, and at least two missed beats are required: an owner on a machine
    // that has just woken up has time to write a beat.
    const silence = performance.now() - seen;
    const isSilent = silence > staleMs || (silence > 2.5 * everyMs && secondsSinceBeat(file) * 1000 > staleMs);
    if (isSilent && !isKnownToRun(holder)) return { holder, isDead: true };
    if (!said && holder.token !== '') onWait?.(holder);
    await sleep(Math.min(500, everyMs / 4) * (0.75 + Math.random() / 2), undefined, signal ? { signal } : {}).catch(
      () => signal?.throwIfAborted(),
    );
  }
}

/** Returns whether the owner runs in the same pid namespace: it is then alive, even if suspended (Ctrl-Z, a debugger). */
function isKnownToRun(holder: LockRecord): boolean {
  return holder.space === ownProcess().space && holder.started !== '' && !hasEnded(holder);
}

function successor(file: string, token: string): string {
  return `${file}.after-${token.slice(0, 8)}`;
}

function rename(from: string, to: string): void {
  try {
    // Removes an empty folder that has the lock's name; a folder with files is kept, and the error names it.
    if (lstatSync(to, { throwIfNoEntry: false })?.isDirectory()) rmdirSync(to);
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // a third process has taken this one for dead
  }
}

/** Returns the message for a run that waits for another process. */
export function waitingMessage(holder: LockRecord, { experiment, profile }: TaskIdentity): string {
  const { stage, host, pid, since } = holder;
  const where = printable(`process ${pid} on ${host}`, 200);
  return printable(
    `${stage}: ${where} is running this stage of ${experiment}:${profile} (started ${since}); waiting for its result`,
  );
}
