import { messageOf } from '@geneformer-ts/core';
import { dirname, resolve } from '@geneformer-ts/core/system';
import h5wasm from '#h5wasm';
import { attachDisk } from '#hdf5-disk';

/**
 * Output of the library on the C standard error stream.
 *
 * A few calls of the HDF5 library throw when they fail. All others print a trace to this stream and return arbitrary data.
 * So the stream is captured, and a call has failed if it is not empty afterwards. The library's option to throw for every
 * failure is not used, because it leaks a file descriptor and stack space each time.
 */
let trace = '';
/** Whether a call of this package runs. Other users of the library in this process may open any file. */
let isCalling = false;
/** The file that the current call may open. */
let opening: string | undefined;
/** The first other file that the current call tried to open. */
let refused: string | undefined;
let prepared: Promise<void> | undefined;

/** Loads the library once. Await it before any other call in this folder. */
export function loadHdf5(): Promise<void> {
  prepared ??= h5wasm.ready.then((module) => {
    const plugins = attachDisk(module);
    const files = module.FS as unknown as LibraryFiles;
    restrictOpen(files, plugins);
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

/**
 * Prevents the library from opening other files. External links, external storage and virtual datasets can name any path, but
 * the library opens every file through this function of its file system.
 */
function restrictOpen(files: LibraryFiles, plugins: string): void {
  const { open } = files;
  files.open = (path, flags, mode) => {
    // Only the search for plugins opens folders.
    const isPlugin = dirname(resolve(path)) === plugins;
    if (!isCalling || path === opening || isPlugin || (flags & DIRECTORY) !== 0)
      return open.call(files, path, flags, mode);
    refused ??= path;
    throw new files.ErrnoError(ACCESS_DENIED);
  };
}

/** Constants of the C library in WebAssembly (WASI). */
const DIRECTORY = 0o200000;
const ACCESS_DENIED = 2;

interface LibraryFiles {
  getStream(descriptor: number): CapturedStream;
  open(path: string, flags: number, mode?: number): unknown;
  ErrnoError: new (number: number) => Error;
}

/** Mode bits of a character device, which is written in order without seeking. */
const CHARACTER_DEVICE = 0o020666;

interface CapturedStream {
  node: { mode: number };
  stream_ops: { write(stream: unknown, buffer: Int8Array, offset: number, length: number): number };
}

/** A failed call into the HDF5 library. `message` is the innermost reason, `trace` the complete output of the library. */
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

/** Beginning of the message when the library tried to open another file, followed by its path. */
const REFUSED = 'opens another file: ';

/** Returns the path of the other file from the message of a failure. Only messages pass between threads. */
export function otherFileOf(failure: string): string | undefined {
  return failure.startsWith(REFUSED) ? failure.slice(REFUSED.length) : undefined;
}

/**
 * Runs one call into the library.
 *
 * @param path absolute path of the only file that the call may open
 * @throws Hdf5Failure when the library printed a trace, threw, or tried to open another file
 */
export function attempt<T>(call: () => T, path?: string): T {
  trace = '';
  refused = undefined;
  opening = path;
  isCalling = true;
  let result: T;
  try {
    result = call();
  } catch (cause) {
    throw new Hdf5Failure(refusal() ?? reason(trace) ?? messageOf(cause), trace, { cause });
  } finally {
    opening = undefined;
    isCalling = false;
  }
  const failure = refusal() ?? reason(trace);
  if (failure !== undefined) throw new Hdf5Failure(failure, trace);
  return result;
}

/**
 * Runs one writing call with the clock at zero. The library stores the time with every dataset, but the same contents must
 * give the same bytes. The call is synchronous, so no other code sees the changed clock.
 */
export function attemptAtEpoch<T>(call: () => T, path?: string): T {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return attempt(call, path);
  } finally {
    Date.now = now;
  }
}

function refusal(): string | undefined {
  return refused === undefined ? undefined : `${REFUSED}${refused}`;
}

/** Returns the reason from the last numbered line of a trace, which is the innermost call. */
function reason(text: string): string | undefined {
  if (text === '') return undefined;
  const frames = text.split('\n').filter((line) => /^\s*#\d+:/.test(line));
  // For an error of the operating system, the library reports times and addresses before the message of the system.
  const system = /error message = '([^']+)'/.exec(text)?.[1];
  if (system !== undefined) return system;
  const deepest = frames.at(-1);
  return deepest?.replace(/^\s*#\d+:.*?\bin \w+\(\): /, '') ?? text.split('\n', 1)[0] ?? text;
}
