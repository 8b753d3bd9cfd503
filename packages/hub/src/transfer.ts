import { messageOf, timerMs } from '@geneformer-ts/core';
import type { FileHandle } from 'node:fs/promises';
import type { Source } from './places.js';
import { type Answer, RefusedAddress, request, UNPACKERS } from './request.js';

/** What came of asking a source once. Bytes that arrived are in the file in every case. */
export type Outcome =
  | { kind: 'complete' }
  /** Worth asking again: the connection was cut, or the server is busy. */
  | { kind: 'interrupted'; problem: string; waitSeconds?: number }
  /** Not worth asking this source again. */
  | { kind: 'useless'; problem: string }
  | { kind: 'denied'; status: number };

export interface TransferOptions {
  /** The size of the asset; null when it is not known. */
  expected: number | null;
  /** The most bytes that are taken when it is not known. */
  mostBytes: number;
  /** A connection that is silent for so long is given up. */
  stallSeconds: number;
  signal: AbortSignal | undefined;
  /** Told how many bytes the file has. */
  onBytes: (have: number) => void;
}

/** The part of a resource that is on disk, and what tells whether the server still has the same. */
export interface Held {
  bytes: number;
  /** The entity tag of the answer that the bytes came from; undefined when they are from an earlier run. */
  tag?: string | undefined;
}

/** Asks `source` for what `held` lacks and appends it to `file`; `held` is kept up to date. */
export async function transfer(
  source: Source,
  file: FileHandle,
  held: Held,
  { expected, mostBytes, stallSeconds, signal, onBytes }: TransferOptions,
): Promise<Outcome> {
  const watch = new AbortController();
  const stalled = (): void => watch.abort(new Error(`nothing came for ${stallSeconds} s`));
  const stallMs = timerMs('stallSeconds', stallSeconds);
  let timer = setTimeout(stalled, stallMs);
  const stop = (): void => watch.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  let answer: Answer | undefined;
  try {
    signal?.throwIfAborted();
    answer = await request(source, headersFor(held), watch.signal);
    const refusal = refusalOf(answer);
    if (refusal) {
      if (answer.status === 416) await restart(file, held);
      return refusal;
    }
    const total = await place(answer, file, held);
    if (expected !== null && total !== null && total !== expected) {
      return { kind: 'useless', problem: `offers ${total} bytes where the catalog says ${expected}` };
    }
    if (expected === null && total !== null && total > mostBytes) {
      return { kind: 'useless', problem: `offers ${total} bytes where at most ${mostBytes} are allowed` };
    }
    const limit = expected ?? total ?? mostBytes;
    for await (const piece of answer.body) {
      const chunk = piece as Buffer;
      clearTimeout(timer);
      timer = setTimeout(stalled, stallMs);
      if (held.bytes + chunk.length > limit) {
        const whose = expected !== null ? 'of the catalog' : total !== null ? 'that it offers' : 'that are allowed';
        return { kind: 'useless', problem: `sends more than the ${limit} bytes ${whose}` };
      }
      await writeAll(file, chunk, held.bytes);
      held.bytes += chunk.length;
      onBytes(held.bytes);
    }
    if (held.bytes === 0 && !expected) return { kind: 'useless', problem: 'sends nothing' };
    const whole = expected ?? total;
    if (whole === null || held.bytes === whole) return { kind: 'complete' };
    return { kind: 'interrupted', problem: `ended after ${held.bytes} of ${whole} bytes` };
  } catch (cause) {
    signal?.throwIfAborted();
    if (isOfTheFile(cause)) throw cause;
    if (cause instanceof RefusedAddress) return { kind: 'useless', problem: cause.message };
    return { kind: 'interrupted', problem: reasonOf(watch.signal.reason ?? cause) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    // Lets go of a body that was not read to its end.
    answer?.body.destroy();
    watch.abort();
  }
}

function headersFor({ bytes, tag }: Held): Record<string, string> {
  return {
    'Accept-Encoding': 'identity',
    ...(bytes === 0 ? {} : { Range: `bytes=${bytes}-`, ...(tag === undefined ? {} : { 'If-Range': tag }) }),
  };
}

function refusalOf({ status, header }: Answer): Outcome | undefined {
  if (status === 200 || status === 206) {
    // A network that wants a login first, or a server's page of an error: never an asset.
    const isPage = /^text\/html\b/i.test(header('content-type') ?? '');
    if (isPage) return { kind: 'useless', problem: 'sends a web page, not the file' };
    const encoding = header('content-encoding') ?? 'identity';
    const isReadable = encoding === '' || encoding === 'identity' || UNPACKERS.has(encoding);
    return isReadable ? undefined : { kind: 'useless', problem: `packs the file with ${encoding}` };
  }
  const problem = `answers ${status}`;
  if (status === 401 || status === 403) return { kind: 'denied', status };
  if (status === 416) return { kind: 'interrupted', problem };
  if (status !== 408 && status !== 429 && status < 500) return { kind: 'useless', problem };
  const waitSeconds = Number(header('retry-after') ?? NaN);
  return Number.isFinite(waitSeconds)
    ? { kind: 'interrupted', problem, waitSeconds }
    : { kind: 'interrupted', problem };
}

/**
 * Puts the writing position where the answer begins: behind what is held when the server goes on from there, else at the
 * start. Returns the size of the whole resource as the server gives it, or null.
 */
async function place({ status, header }: Answer, file: FileHandle, held: Held): Promise<number | null> {
  const length = header('content-length');
  // That of a body which is packed on its way counts other bytes than those that arrive here.
  const isPacked = !['', 'identity'].includes(header('content-encoding') ?? '');
  const rest = length === undefined || isPacked ? null : Number(length);
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header('content-range') ?? '');
  if (status === 206 && range && Number(range[1]) === held.bytes) {
    if (range[2] !== '*') return Number(range[2]);
    return rest === null ? null : held.bytes + rest;
  }
  if (status === 206) {
    await restart(file, held);
    throw new Error('sends another part than the one asked for');
  }
  await restart(file, held);
  const tag = header('etag');
  held.tag = tag?.startsWith('W/') ? undefined : tag;
  return rest;
}

/** Throws away what is held. */
export async function restart(file: FileHandle, held: Held): Promise<void> {
  await file.truncate(0);
  held.bytes = 0;
  held.tag = undefined;
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    done += (await file.write(chunk, done, chunk.length - done, position + done)).bytesWritten;
  }
}

/** Whether what was thrown came from the disk and not from the network. */
function isOfTheFile(cause: unknown): boolean {
  const syscall = (cause as { syscall?: unknown } | null)?.syscall;
  return syscall === 'write' || syscall === 'ftruncate';
}

/** Connections fail with a code, and with several attempts in one error that has no message. */
function reasonOf(cause: unknown): string {
  const { code } = (cause ?? {}) as { code?: unknown };
  const message = messageOf(cause) || 'no connection';
  if (code === 'ECONNRESET') return 'the connection was cut (ECONNRESET)';
  return typeof code === 'string' && !message.includes(code) ? `${message} (${code})` : message;
}
