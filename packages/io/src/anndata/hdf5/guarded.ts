import { FileAccessError, messageOf } from '@geneformer-ts/core';
import type { Metadata, OutputData } from 'h5wasm/node';
import { existsSync, statSync } from '@geneformer-ts/core/system';
import type { GroupPlan } from '../h5ad/add-groups.js';
import type { EntryKind, FilterDescription, LibraryCalls } from './direct.js';
import { WatchedThread } from './watched-thread.js';

/**
 * Program of the thread that runs the HDF5 library.
 *
 * A damaged or malicious file can make the HDF5 library loop forever or allocate all memory. So the library runs in a
 * separate thread, which is terminated when a call computes for longer than any valid file of that size needs. If the
 * program is not on disk, because a test runner runs the sources, the library runs in the calling thread without a limit.
 */
const PROGRAM = new URL('./library-worker.js', import.meta.url);

/** Largest computing time of one call. Even the slowest disk and compression need less. */
const SECONDS = 3;
const BYTES_PER_SECOND = 4e6;
/** Largest memory of the library: enough for chunks and for tables of strings, which compress well. */
const MEMORY_BYTES = 2 ** 29;
const MEMORY_PER_BYTE = 8;

/** An idle thread whose last file was closed without a failure, to be reused. */
let idle: WatchedThread | undefined;

/** Opens a file with the library. @throws Error with the reason */
export async function openGuarded(path: string): Promise<LibraryCalls> {
  if (!existsSync(PROGRAM)) return (await import('./direct.js')).openDirect(path);
  const thread = idle ?? (await WatchedThread.start(PROGRAM));
  if (thread === idle) idle = undefined;
  const { size } = statSync(path);
  const calls = new GuardedCalls(thread, SECONDS + size / BYTES_PER_SECOND);
  try {
    calls.open(path, MEMORY_BYTES + MEMORY_PER_BYTE * size);
    return calls;
  } catch (cause) {
    thread.end();
    throw cause;
  }
}

/**
 * Adds values to a file, in place, with the library in its own thread.
 *
 * @param path of the output, for messages
 * @throws FileAccessError, also when the library does not finish
 */
export async function addGuarded(temporary: string, path: string, plans: readonly GroupPlan[]): Promise<void> {
  if (!existsSync(PROGRAM)) return (await import('../h5ad/add-groups.js')).addGroups(temporary, path, plans);
  const thread = idle ?? (await WatchedThread.start(PROGRAM));
  if (thread === idle) idle = undefined;
  const bytes = statSync(temporary).size + sizeOf(plans);
  try {
    const limits = MEMORY_BYTES + MEMORY_PER_BYTE * bytes;
    thread.call('add', [temporary, path, plans, limits], SECONDS + bytes / BYTES_PER_SECOND);
  } catch (cause) {
    thread.end();
    const message = messageOf(cause);
    const problem = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : `cannot be written (${message})`;
    throw new FileAccessError(path, problem, { cause });
  }
  if (idle === undefined) idle = thread;
  else thread.end();
}

/** Returns the number of bytes of the arrays of values, about. */
function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  const parts = value instanceof Map ? [...value.values()] : Object.values(value);
  return parts.reduce<number>((sum, part) => sum + sizeOf(part), 0);
}

class GuardedCalls implements LibraryCalls {
  constructor(
    private readonly thread: WatchedThread,
    private readonly seconds: number,
  ) {}

  open(path: string, maxBytes: number): void {
    this.call('open', path, maxBytes);
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

  filters(path: string): FilterDescription[] {
    return this.call('filters', path) as FilterDescription[];
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
    // A failure may have left the thread in an inconsistent state.
    const reusable = this.thread.isSound && this.closeFile() && idle === undefined;
    if (reusable) idle = this.thread;
    else this.thread.end();
  }

  private closeFile(): boolean {
    try {
      this.call('close');
      return true;
    } catch {
      // The thread is terminated next, which closes all files.
      return false;
    }
  }

  private call(method: keyof LibraryCalls | 'open', ...args: unknown[]): unknown {
    return this.thread.call(method, args, this.seconds);
  }
}
