import { messageOf } from '@geneformer-ts/core';
import { parentPort, workerData } from 'node:worker_threads';
import type { LibraryCalls } from './direct.js';
import { type Answer, ANSWERED, type Question, type ThreadBrief } from './watched-thread.js';

/**
 * The program of the thread that the HDF5 library runs in: opens one file at a time and answers `LibraryCalls`. Files that
 * describe more than there is must not take the machine's memory either, so the library's own is bounded.
 */
let mostBytes = Infinity;
const PAGE_BYTES = 65_536;

/** The part of WebAssembly that is used here; the types of Node lack it. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const memory = (globalThis as unknown as { WebAssembly: { Memory: { prototype: WasmMemory } } }).WebAssembly.Memory
  .prototype;
const { grow } = memory;
memory.grow = function (this: WasmMemory, pages: number): number {
  if (this.buffer.byteLength + pages * PAGE_BYTES > mostBytes) throw new RangeError('needs more memory than it may');
  return grow.call(this, pages);
};

let file: LibraryCalls | undefined;
const ask =
  <Name extends keyof LibraryCalls>(name: Name) =>
  (...args: Parameters<LibraryCalls[Name]>): unknown =>
    (file![name] as (...args: Parameters<LibraryCalls[Name]>) => unknown)(...args);

// After the line above has taken effect: the library makes its memory when it is loaded.
const { openDirect } = await import('./direct.js');

serve(workerData as ThreadBrief, {
  async open(path: string, most: number) {
    mostBytes = most;
    file = await openDirect(path);
  },
  kind: ask('kind'),
  keys: ask('keys'),
  attribute: ask('attribute'),
  metadata: ask('metadata'),
  filters: ask('filters'),
  address: ask('address'),
  value: ask('value'),
  slice: ask('slice'),
  close: ask('close'),
});

/** Answers the questions that a `WatchedThread` puts, by calling the method of that name. */
function serve({ port, state }: ThreadBrief, methods: Readonly<Record<string, (...args: never[]) => unknown>>): void {
  port.on('message', ({ method, args }: Question) => {
    void answer(methods[method], args).then((reply) => {
      port.postMessage(reply, arraysOf(reply));
      Atomics.store(state, 0, ANSWERED);
      Atomics.notify(state, 0);
    });
  });
  parentPort!.postMessage('ready');
}

async function answer(method: (...args: never[]) => unknown, args: unknown[]): Promise<Answer> {
  try {
    return { value: await method(...(args as never[])) };
  } catch (cause) {
    return { failure: messageOf(cause) };
  }
}

/** The memory of an answer that is one array, to be handed over instead of copied. */
function arraysOf(reply: Answer): ArrayBuffer[] {
  const value = 'value' in reply ? reply.value : undefined;
  const isWhole = ArrayBuffer.isView(value) && value.byteLength === value.buffer.byteLength;
  return isWhole && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
}
