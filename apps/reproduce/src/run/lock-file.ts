import type { ProcessIdentity } from '@geneformer-ts/core/node';
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';

/** The content of a lock file: the process that holds the lock. */
export interface LockRecord extends ProcessIdentity {
  /** A counter that increases while the owner is alive. It has a fixed width and comes first, so that it can be overwritten in place. */
  beat: string;
  /** A random id that distinguishes this owner from every other one. */
  token: string;
  stage: string;
  /** ISO 8601. */
  since: string;
}

const BEAT_WIDTH = 12;
const BEAT_OFFSET = '{"beat":"'.length;

/** Returns the text of a new lock file. */
export function lockText(owner: Omit<LockRecord, 'beat'>): string {
  return `${JSON.stringify({ beat: '0'.repeat(BEAT_WIDTH), ...owner })}\n`;
}

/** The largest lock file that is read, in bytes; real ones are far smaller. */
const MOST_BYTES = 65_536;

/**
 * Reads a lock file. Returns undefined when it does not exist, and a record with an empty token when it is incomplete, damaged
 * or not a regular file.
 */
export function readLock(file: string): LockRecord | undefined {
  const info = lstatSync(file, { throwIfNoEntry: false });
  if (!info) return undefined;
  const unknown = { token: '', stage: '', since: '', host: '', space: '', pid: 0, started: '' };
  if (!info.isFile() || info.size > MOST_BYTES) return { ...unknown, beat: '' };
  const text = unlessGone(() => readFileSync(file, 'utf8'));
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as LockRecord;
    if (isRecord(record)) return record;
  } catch {
    // Text that is not JSON is handled like any other damaged record, below.
  }
  return { ...unknown, beat: text };
}

/** Returns the result of a call, or undefined when its file has been removed in the meantime. */
function unlessGone<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Validates a record; the token becomes part of a file name, so its characters are restricted. */
function isRecord(record: Partial<Record<keyof LockRecord, unknown>> | null): boolean {
  if (record === null || typeof record !== 'object') return false;
  const { token, beat, stage, since, host, space, pid, started } = record;
  const texts = [beat, stage, since, host, space, started];
  return (
    typeof token === 'string' &&
    /^[\w -]{1,64}$/.test(token) &&
    texts.every((value) => typeof value === 'string') &&
    Number.isInteger(pid)
  );
}

/**
 * Creates a lock file with its content, unless it exists. A hard link is also atomic on network file systems, where opening
 * a file exclusively may not be.
 * @returns whether the file was created
 */
export function createLock(file: string, text: string): boolean {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.new`;
  writeFileSync(temporary, text, { flag: 'wx' });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(code)) throw error;
    return createExclusively(file, text);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Error codes of file systems without hard links. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function createExclusively(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Writes the next beat into the lock file, which shows that the owner is alive. It writes to the file that it has read, so a new
 * lock file of another process is not changed.
 * @returns false when another owner holds the lock
 */
export function beat(file: string, token: string, count: number): boolean {
  const descriptor = unlessGone(() => openSync(file, 'r+'));
  if (descriptor === undefined) return false;
  try {
    const record = JSON.parse(readFileSync(descriptor, 'utf8')) as LockRecord;
    if (record.token !== token) return false;
    writeSync(descriptor, String(count).padStart(BEAT_WIDTH, '0'), BEAT_OFFSET);
    fsyncSync(descriptor);
    return true;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Returns the seconds since a lock file was last written, on the clock of its file system. A new file in the same folder gives the
 * current time of that clock, so the clocks of hosts may differ.
 */
export function secondsSinceBeat(file: string): number {
  const probe = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    writeFileSync(probe, 'now', { flag: 'wx' });
    return (statSync(probe).mtimeMs - statSync(file).mtimeMs) / 1000;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  } finally {
    rmSync(probe, { force: true });
  }
}
