/**
 * Least-recently-used cache of compiled graphs. A graph keeps the memory of its largest run, so the cache is limited by bytes as well as
 * by number. The native memory of evicted sessions is freed.
 */
import type { Session } from './session.js';

interface Entry {
  session: Session;
  bytes: number;
  /** Numbers of the constants that are in the graph. */
  constants: readonly number[];
}

/** Cache of sessions by structural key. */
export class SessionCache {
  private readonly entries = new Map<string, Entry>();
  private total = 0;

  /**
   * @param capacity maximum number of sessions
   * @param budget maximum number of bytes; the last used session stays even if it is larger
   */
  constructor(
    private readonly capacity: number,
    private readonly budget: number,
  ) {}

  /** Number of sessions. */
  get size(): number {
    return this.entries.size;
  }

  /** Measured memory of the sessions, in bytes. */
  get bytes(): number {
    return this.total;
  }

  /** Returns a session and marks it as last used. */
  get(key: string): Session | undefined {
    const entry = this.entries.get(key);
    if (entry) {
      // A Map iterates in insertion order, so the first key is the least recently used one.
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry?.session;
  }

  /** Adds a session and evicts others if there are too many. */
  add(key: string, session: Session, constants: readonly number[] = []): void {
    this.entries.set(key, { session, bytes: 0, constants });
    this.evict();
  }

  /** Adds bytes to the memory of a session and evicts others if they exceed the budget. */
  charge(key: string, bytes: number): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.bytes += bytes;
    this.total += bytes;
    this.evict();
  }

  /** Frees the sessions whose graphs have one of these constants. */
  dropWith(constants: ReadonlySet<number>): void {
    for (const [key, entry] of this.entries) {
      if (entry.constants.some((constant) => constants.has(constant))) this.drop(key, entry);
    }
  }

  /** Frees all sessions. */
  clear(): void {
    const sessions = [...this.entries.values()].map(({ session }) => session);
    this.entries.clear();
    this.total = 0;
    for (const session of sessions) session.release();
  }

  private evict(): void {
    while (this.entries.size > this.capacity || (this.total > this.budget && this.entries.size > 1)) {
      const [oldest, entry] = this.entries.entries().next().value as [string, Entry];
      this.drop(oldest, entry);
    }
  }

  private drop(key: string, { session, bytes }: Entry): void {
    this.entries.delete(key);
    this.total -= bytes;
    session.release();
  }
}
