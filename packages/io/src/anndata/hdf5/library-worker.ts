import { messageOf } from '@geneformer-ts/core';
import { parentPort, workerData } from '@geneformer-ts/core/system';
import type { GroupPlan } from '../h5ad/add-groups.js';
import type { LibraryCalls } from './direct.js';
import { ANSWERED, type Answer, type Call, type ThreadData } from './watched-thread.js';

/**
 * Largest memory of the library in this thread, in bytes. The thread opens one file at a time and executes `LibraryCalls`.
 * Memory is limited, because a damaged file can describe more data than it contains.
 */
let maxBytes = Infinity;
const PAGE_BYTES = 65_536;

/** The part of WebAssembly that is used here, which the types of Node lack. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const memory = (globalThis as unknown as { WebAssembly: { Memory: { prototype: WasmMemory } } }).WebAssembly.Memory
  .prototype;
const { grow } = memory;
memory.grow = function (this: WasmMemory, pages: number): number {
  if (this.buffer.byteLength + pages * PAGE_BYTES > maxBytes) throw new RangeError('needs more memory than the limit');
  return grow.call(this, pages);
};

let file: LibraryCalls | undefined;
const call =
  <Name extends keyof LibraryCalls>(name: Name) =>
  (...args: Parameters<LibraryCalls[Name]>): unknown =>
    (file![name] as (...args: Parameters<LibraryCalls[Name]>) => unknown)(...args);

// Imported after `grow` is replaced, because the library allocates its memory when it is loaded.
const { openDirect } = await import('./direct.js');

serve(workerData as ThreadData, {
  async open(path: string, max: number) {
    maxBytes = max;
    file = await openDirect(path);
  },
  async add(temporary: string, path: string, plans: readonly GroupPlan[], max: number) {
    maxBytes = max;
    const { addGroups } = await import('../h5ad/add-groups.js');
    await addGroups(temporary, path, plans);
  },
  kind: call('kind'),
  keys: call('keys'),
  attribute: call('attribute'),
  metadata: call('metadata'),
  filters: call('filters'),
  address: call('address'),
  value: call('value'),
  slice: call('slice'),
  close: call('close'),
});

/** Executes the calls of a `WatchedThread` and returns their results. */
function serve({ port, state }: ThreadData, methods: Readonly<Record<string, (...args: never[]) => unknown>>): void {
  port.on('message', ({ method, args }: Call) => {
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

/** Returns the memory of a reply that is one array, which is transferred instead of copied. */
function arraysOf(reply: Answer): ArrayBuffer[] {
  const value = 'value' in reply ? reply.value : undefined;
  const isWhole = ArrayBuffer.isView(value) && value.byteLength === value.buffer.byteLength;
  return isWhole && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
}
