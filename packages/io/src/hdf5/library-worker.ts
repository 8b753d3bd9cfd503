import { workerData } from 'node:worker_threads';
import { serve } from '../thread/serve.js';
import type { ThreadBrief } from '../thread/protocol.js';
import type { LibraryCalls } from './calls.js';

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
