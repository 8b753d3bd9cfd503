/** Least-recently-used cache of compiled graphs. Evicted sessions are released natively. */
import type { Session } from './session.js';

export class SessionCache {
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.sessions.size;
  }

  get(key: string): Session | undefined {
    const session = this.sessions.get(key);
    if (session) {
      // A Map iterates in insertion order, so the first key is always the one unused for longest.
      this.sessions.delete(key);
      this.sessions.set(key, session);
    }
    return session;
  }

  async add(key: string, session: Session): Promise<void> {
    this.sessions.set(key, session);
    while (this.sessions.size > this.capacity) {
      const [oldest, evicted] = this.sessions.entries().next().value as [string, Session];
      this.sessions.delete(oldest);
      await evicted.release();
    }
  }

  async clear(): Promise<void> {
    const sessions = [...this.sessions.values()];
    this.sessions.clear();
    for (const session of sessions) await session.release();
  }
}
