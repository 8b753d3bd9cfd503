/**
 * Least-recently-used cache of compiled graphs. A graph keeps the memory that its largest run needed, so the cache is bounded by their
 * bytes as well as by their number. Evicted sessions are released natively.
 */
import type { Session } from './session.js';

interface Entry {
  session: Session;
  bytes: number;
}

export class SessionCache {
  private readonly entries = new Map<string, Entry>();
  private held = 0;

  /** @param budget bytes; the session used last stays even if it alone is larger */
  constructor(
    private readonly capacity: number,
    private readonly budget: number,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /** Bytes that the sessions were seen to take. */
  get bytes(): number {
    return this.held;
  }

  get(key: string): Session | undefined {
    const entry = this.entries.get(key);
    if (entry) {
      // A Map iterates in insertion order, so the first key is always the one unused for longest.
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry?.session;
  }

  async add(key: string, session: Session): Promise<void> {
    this.entries.set(key, { session, bytes: 0 });
    await this.evict();
  }

  /** Says that a session has come to hold more memory. */
  async charge(key: string, bytes: number): Promise<void> {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.bytes += bytes;
    this.held += bytes;
    await this.evict();
  }

  async clear(): Promise<void> {
    const sessions = [...this.entries.values()].map(({ session }) => session);
    this.entries.clear();
    this.held = 0;
    for (const session of sessions) await session.release();
  }

  private async evict(): Promise<void> {
    while (this.entries.size > this.capacity || (this.held > this.budget && this.entries.size > 1)) {
      const [oldest, { session, bytes }] = this.entries.entries().next().value as [string, Entry];
      this.entries.delete(oldest);
      this.held -= bytes;
      await session.release();
    }
  }
}
