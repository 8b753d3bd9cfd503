import type { Metadata, OutputData } from 'h5wasm/node';
import { existsSync, statSync } from 'node:fs';
import type { EntryKind, FilterFacts, LibraryCalls } from './direct.js';
import { WatchedThread } from './watched-thread.js';

/**
 * A damaged or malicious file can send the HDF5 library round in circles for ever or make it ask for all memory. So the
 * library runs in a thread of its own that can be ended: a call that computes for longer than any sound file of that size
 * takes is a failure like any other. Where the thread's program is not on disk (sources run by a test runner) the library
 * runs in the calling thread, unguarded.
 */
const PROGRAM = new URL('./library-worker.js', import.meta.url);

/** What one call may compute: the slowest disk and compression there are take less. */
const SECONDS = 3;
const BYTES_A_SECOND = 4e6;
/** What the library may hold: some chunks, and tables of text, which can be packed well. */
const MEMORY_BYTES = 2 ** 29;
const MEMORY_PER_BYTE = 8;

/** A thread that served a sound file to its end, for the next one. */
let spare: WatchedThread | undefined;

/** Opens a file with the library. @throws Error with the reason */
export async function openGuarded(path: string): Promise<LibraryCalls> {
  if (!existsSync(PROGRAM)) return (await import('./direct.js')).openDirect(path);
  const thread = spare ?? (await WatchedThread.start(PROGRAM));
  if (thread === spare) spare = undefined;
  const { size } = statSync(path);
  const calls = new GuardedCalls(thread, SECONDS + size / BYTES_A_SECOND);
  try {
    calls.open(path, MEMORY_BYTES + MEMORY_PER_BYTE * size);
    return calls;
  } catch (cause) {
    thread.end();
    throw cause;
  }
}

class GuardedCalls implements LibraryCalls {
  constructor(
    private readonly thread: WatchedThread,
    private readonly seconds: number,
  ) {}

  open(path: string, mostBytes: number): void {
    this.call('open', path, mostBytes);
  }

  kind(path: string): EntryKind | undefined {
    return this.call('kind', path) as EntryKind | undefined;
  }

  keys(path: string): string[] {
    return this.call('keys', path) as string[];
  }

  attribute(path: string, name: string): OutputData | undefined {
    return this.call('attribute', path, name) as OutputData | undefined;
  }

  metadata(path: string): Metadata {
    return this.call('metadata', path) as Metadata;
  }

  filters(path: string): FilterFacts[] {
    return this.call('filters', path) as FilterFacts[];
  }

  address(path: string): number {
    return this.call('address', path) as number;
  }

  value(path: string): OutputData | null {
    return this.call('value', path) as OutputData | null;
  }

  slice(path: string, ranges: number[][]): OutputData | null {
    return this.call('slice', path, ranges) as OutputData | null;
  }

  close(): void {
    // A thread in which anything failed may have been left in a bad way by it.
    const mayServeAgain = this.thread.isSound && this.closes() && spare === undefined;
    if (mayServeAgain) spare = this.thread;
    else this.thread.end();
  }

  private closes(): boolean {
    try {
      this.call('close');
      return true;
    } catch {
      // The thread is about to end, and with it all that is open.
      return false;
    }
  }

  private call(method: keyof LibraryCalls | 'open', ...args: unknown[]): unknown {
    return this.thread.call(method, args, this.seconds);
  }
}
