import { messageOf } from '@geneformer-ts/core';
import h5wasm from 'h5wasm/node';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/**
 * The HDF5 C library, as WebAssembly, reports a failed call in two ways that this file makes one: a few calls throw, all
 * others print a trace to the C standard error stream and return whatever was in memory. So that stream is caught, and a
 * call after which it is not empty has failed. (The library's own switch to make every failure throw leaks a file
 * descriptor and stack space each time.)
 */
let trace = '';
/** The file that the call now running may open. */
let opening: string | undefined;
/** The first other file that the call now running tried to open. */
let refused: string | undefined;
let prepared: Promise<void> | undefined;

/** Loads the library once. Await before anything else in this folder. */
export function loadHdf5(): Promise<void> {
  prepared ??= h5wasm.ready.then((module) => {
    module.insert_plugin_search_path(pluginFolder(), 0);
    const files = module.FS as unknown as LibraryFiles;
    guardOpen(files, pluginFolder());
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

/**
 * External links, external storage and virtual datasets make the library open other files, of any path that a file names.
 * Every opening of the library passes through this one function of its file system, so no file of any kind can lead out.
 */
function guardOpen(files: LibraryFiles, plugins: string): void {
  const { open } = files;
  files.open = (path, flags, mode) => {
    // Only this package's writer opens for writing, and only the search for plug-ins opens folders.
    const isPlugin = dirname(resolve(path)) === plugins;
    if (path === opening || isPlugin || (flags & (WRITE_ACCESS | DIRECTORY)) !== 0)
      return open.call(files, path, flags, mode);
    refused ??= path;
    throw new files.ErrnoError(ACCESS_DENIED);
  };
}

/** Numbers of the C library in WebAssembly (WASI). */
const WRITE_ACCESS = 3;
const DIRECTORY = 0o200000;
const ACCESS_DENIED = 2;

interface LibraryFiles {
  getStream(descriptor: number): CapturedStream;
  open(path: string, flags: number, mode?: number): unknown;
  ErrnoError: new (number: number) => Error;
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

/** What the message of a failure begins with when the library was kept from opening another file, whose path follows. */
const REFUSED = 'opens another file: ';

/** The path of the other file, from the message of a failure, which also passes between threads. */
export function otherFileOf(failure: string): string | undefined {
  return failure.startsWith(REFUSED) ? failure.slice(REFUSED.length) : undefined;
}

/**
 * Runs one call into the library. It may open the file at `path` (absolute) and no other.
 * @throws Hdf5Failure when the library printed a trace, threw, or tried to open another file, even if it went on without
 */
export function attempt<T>(call: () => T, path?: string): T {
  trace = '';
  refused = undefined;
  opening = path;
  let result: T;
  try {
    result = call();
  } catch (cause) {
    throw new Hdf5Failure(refusal() ?? reason(trace) ?? messageOf(cause), trace, { cause });
  } finally {
    opening = undefined;
  }
  const failure = refusal() ?? reason(trace);
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

function refusal(): string | undefined {
  return refused === undefined ? undefined : `${REFUSED}${refused}`;
}

/** The last numbered line of a trace is the deepest, and says what really went wrong. */
function reason(text: string): string | undefined {
  if (text === '') return undefined;
  const frames = text.split('\n').filter((line) => /^\s*#\d+:/.test(line));
  // Where the operating system refused, the library reports the time and several addresses before the system's own words.
  const system = /error message = '([^']+)'/.exec(text)?.[1];
  if (system !== undefined) return system;
  const deepest = frames.at(-1);
  return deepest?.replace(/^\s*#\d+:.*?\bin \w+\(\): /, '') ?? text.split('\n', 1)[0] ?? text;
}
