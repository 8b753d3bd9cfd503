import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import h5wasm from 'h5wasm/node';
import { messageOf } from '@geneformer-ts/core';

/**
 * The HDF5 C library, as WebAssembly, reports a failed call in two ways that this file makes one: a few calls throw, all
 * others print a trace to the C standard error stream and return whatever was in memory. So that stream is caught, and a
 * call after which it is not empty has failed. (The library's own switch to make every failure throw leaks a file
 * descriptor and stack space each time.)
 */
let trace = '';
let prepared: Promise<void> | undefined;

/** Loads the library once. Await before anything else in this folder. */
export function loadHdf5(): Promise<void> {
  prepared ??= h5wasm.ready.then((module) => {
    module.insert_plugin_search_path(pluginFolder(), 0);
    const files = module.FS as unknown as { getStream(descriptor: number): CapturedStream };
    const decoder = new TextDecoder('latin1');
    const stream = files.getStream(2);
    stream.node = { mode: CHARACTER_DEVICE };
    stream.stream_ops = {
      write(_stream, buffer, offset, length) {
        trace += decoder.decode(new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length));
        return length;
      },
    };
  });
  return prepared;
}

/** Where the compression filters lie that are not in the library: lzf, zstd, blosc and others, as WebAssembly too. */
function pluginFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('h5wasm-plugins/package.json')), 'plugins');
}

/** The mode bits of something like a terminal: written in order, never sought. */
const CHARACTER_DEVICE = 0o020666;

interface CapturedStream {
  node: { mode: number };
  stream_ops: { write(stream: unknown, buffer: Int8Array, offset: number, length: number): number };
}

/** A failed call into the HDF5 library: `message` is the innermost reason the library gave, `trace` all of it. */
class Hdf5Failure extends Error {
  constructor(
    message: string,
    readonly trace: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'Hdf5Failure';
  }
}

/**
 * Runs one call into the library.
 * @throws Hdf5Failure when the library printed a trace or threw
 */
export function attempt<T>(call: () => T): T {
  trace = '';
  let result: T;
  try {
    result = call();
  } catch (cause) {
    throw new Hdf5Failure(reason(trace) ?? messageOf(cause), trace, { cause });
  }
  const failure = reason(trace);
  if (failure !== undefined) throw new Hdf5Failure(failure, trace);
  return result;
}

/**
 * Runs one call that writes, with the clock at zero. The library stamps every dataset with the time and offers no way to
 * leave that out, yet the same contents must give the same bytes. The call is synchronous, so nobody else sees the clock.
 */
export function attemptAtEpoch<T>(call: () => T): T {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return attempt(call);
  } finally {
    Date.now = now;
  }
}

/** The last numbered line of a trace is the deepest, and says what really went wrong. */
function reason(text: string): string | undefined {
  if (text === '') return undefined;
  const frames = text.split('\n').filter((line) => /^\s*#\d+:/.test(line));
  const deepest = frames.at(-1);
  return deepest?.replace(/^\s*#\d+:.*?\bin \w+\(\): /, '') ?? text.split('\n', 1)[0] ?? text;
}
