import { sourceOf, type ByteSource } from './byte-source.js';
import { ArgumentError } from './errors.js';
import { FileAccessError, FileMissingError } from './file-errors.js';
import { timerMs } from './timer.js';

/** Options of `openUrl`. */
export interface UrlOptions {
  /** Seconds without a byte after which a request fails. Default 60. */
  stallSeconds?: number;
}

const DOWNLOAD = 'download the file and open it from disk';

/** Version of a file on a server. A field is undefined if the server, or CORS, hides it. */
interface Version {
  size: number;
  etag: string | undefined;
  modified: string | undefined;
}

/**
 * Opens a source behind a URL, read by HTTP range requests. Every answer is compared with the first one, so that two
 * versions of a file are never mixed. The name of the source has no query and no fragment, because these may be secret.
 *
 * @param url an http, https or blob address; in a browser also a relative one
 * @param fetcher the `fetch` to use; it may add headers
 * @throws ArgumentError for an unusable address; FileMissingError for status 404; FileAccessError when the server does
 *   not answer with ranges of a known size. A read throws FileAccessError when the file changed on the server, or when the
 *   server sends other bytes than those asked for, or nothing for `stallSeconds`
 */
export async function openUrl(
  url: string | URL,
  fetcher: typeof fetch = fetch,
  { stallSeconds = 60 }: UrlOptions = {},
): Promise<ByteSource> {
  const { href, name } = addressOf(url);
  const stallMs = timerMs('stallSeconds', stallSeconds);
  const failed = (problem: string, cause?: unknown): FileAccessError => new FileAccessError(name, problem, { cause });
  // The version is compared here and not by If-Range: that header makes browsers ask other origins for permission.
  const ask = async (offset: number, length: number, version?: Version, signal?: AbortSignal) => {
    const watch = watchSilence(stallMs, signal);
    const silence = `the server sent nothing for ${stallSeconds} s; try again`;
    let received = 0;
    try {
      const range = `bytes=${offset}-${offset + length - 1}`;
      const response = await send(fetcher, href, { headers: { range }, signal: watch.signal }).catch((cause) => {
        throw failed(`the server cannot be reached${reasonOf(cause)}; check the address and the network`, cause);
      });
      const now = versionOf(response, name, offset, length, version);
      if (now.size === 0) return { version: now, bytes: new Uint8Array(0) };
      const bytes = new Uint8Array(length);
      for await (const piece of piecesOf(response)) {
        watch.restart();
        if (received + piece.length > length) throw failed(`the server sent more than the ${length} bytes asked for`);
        bytes.set(piece, received);
        received += piece.length;
      }
      if (received < length) throw failed(`the server sent ${received} bytes of ${length}; try again`);
      return { version: now, bytes };
    } catch (cause) {
      signal?.throwIfAborted();
      if (watch.isSilent()) throw failed(silence, cause);
      if (cause instanceof FileAccessError || cause instanceof FileMissingError) throw cause;
      throw failed(`the answer broke off after ${received} of ${length} bytes${reasonOf(cause)}; try again`, cause);
    } finally {
      watch.end();
    }
  };
  const { version } = await ask(0, 1);
  return sourceOf(name, version.size, async (offset, length, signal) => {
    return (await ask(offset, length, version, signal)).bytes;
  });
}

/** Returns the address to ask, and the name for messages. */
function addressOf(url: unknown): { href: string; name: string } {
  const remedy = 'use an address that begins with https:// or http://, and open files on disk by their path';
  const text = typeof url === 'string' ? url : (url as Partial<URL> | null | undefined)?.href;
  if (typeof text !== 'string') throw ArgumentError.of('url', url, 'an address as text or as a URL');
  const base = (globalThis as { location?: { href: string } }).location?.href;
  if (!URL.canParse(text, base)) throw new ArgumentError('url', 'is not a web address', remedy);
  const { protocol, origin, host, pathname, username, password, href } = new URL(text, base);
  if (protocol === 'blob:') return { href, name: href };
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new ArgumentError('url', `begins with ${protocol}, which is not a web address`, remedy);
  }
  if (username !== '' || password !== '') {
    const problem = `has a user or password for ${host}, which cannot be sent`;
    throw new ArgumentError('url', problem, 'remove them, and give a fetcher that adds an Authorization header');
  }
  return { href, name: origin + pathname };
}

/** Also turns an error that the fetcher throws at once into a rejection. */
async function send(fetcher: typeof fetch, ...request: Parameters<typeof fetch>): Promise<Response> {
  return fetcher(...request);
}

/** Returns the version of the file that an answer states, after comparing it with the range and version asked for. */
function versionOf(response: Response, name: string, offset: number, length: number, known?: Version): Version {
  const { status, headers } = response;
  const refused = (problem: string): FileAccessError => new FileAccessError(name, problem);
  if (status === 404) throw new FileMissingError(name, 'check the address');
  const stated = headers.get('content-range') ?? '';
  const empty =
    status === 416 ? /^bytes \*\/0$/i.test(stated) : status === 200 && headers.get('content-length') === '0';
  const version = { size: 0, etag: tagOf(headers), modified: headers.get('last-modified') ?? undefined };
  if (empty && known === undefined) return version;
  if (known && (empty || status === 416)) throw refused(`${CHANGED}: it became shorter; ${REOPEN}`);
  if (status === 200) throw refused(`the server ignores range requests; ${DOWNLOAD}`);
  if (status !== 206) throw refused(`the server answered ${status}; ${DOWNLOAD}`);
  const [, from, to, size = ''] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(stated) ?? [];
  if (from === undefined) throw refused(`the server does not state the range that it sends; ${DOWNLOAD}`);
  if (Number(from) !== offset || Number(to) !== offset + length - 1) {
    throw refused(`the server sent bytes ${from} to ${to} instead of ${offset} to ${offset + length - 1}; ${DOWNLOAD}`);
  }
  if (known) {
    if (size !== '*' && Number(size) !== known.size) {
      throw refused(`${CHANGED}: it had ${known.size} bytes and has ${size} now; ${REOPEN}`);
    }
    if (isOther(version, known)) throw refused(`${CHANGED}: the server has another version; ${REOPEN}`);
    return { ...version, size: known.size };
  }
  if (size === '*') throw refused(`the server does not state the size; ${DOWNLOAD}`);
  version.size = Number(size);
  if (!Number.isSafeInteger(version.size)) throw refused(`the server states the impossible size ${size}; ${DOWNLOAD}`);
  return version;
}

const CHANGED = 'changed while it was read';
const REOPEN = 'open it again';

/** The entity tag. Servers mark the tag of one version as weak or strong depending on the answer's encoding. */
function tagOf(headers: Headers): string | undefined {
  return headers.get('etag')?.replace(/^W\//, '');
}

/** The time counts only without tags: servers behind one address may have copied one version at different times. */
function isOther(now: Version, known: Version): boolean {
  const by = now.etag === undefined || known.etag === undefined ? 'modified' : 'etag';
  return now[by] !== undefined && known[by] !== undefined && now[by] !== known[by];
}

/** Streams the body of an answer. The connection is closed when the caller stops early. */
async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Returns a signal that is aborted when nothing arrives for `ms`, or by the caller's own signal. */
function watchSilence(ms: number, signal: AbortSignal | undefined) {
  const controller = new AbortController();
  let isSilent = false;
  const onSilence = (): void => {
    isSilent = true;
    controller.abort();
  };
  let timer = setTimeout(onSilence, ms);
  const stop = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    isSilent: () => isSilent,
    restart() {
      clearTimeout(timer);
      timer = setTimeout(onSilence, ms);
    },
    /** Also closes the connection of an answer that was not read to its end. */
    end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      controller.abort();
    },
  };
}

/** Fetch reports most failures as "fetch failed", and the reason in `cause`. */
function reasonOf(error: unknown): string {
  const { code, message } = ((error as { cause?: unknown }).cause ?? {}) as { code?: unknown; message?: unknown };
  const reason = [code, message].find((part) => typeof part === 'string' && part !== '');
  return reason === undefined ? '' : ` (${reason as string})`;
}
