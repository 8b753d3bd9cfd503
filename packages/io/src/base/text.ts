import { type ByteSource, FormatError } from '@geneformer-ts/core';
import { concatBytes, readBytes } from './bytes.js';

/** Number of leading bytes that are used to detect the encoding. */
const HEAD_BYTES = 1024;

/** Longest line of a table, in bytes: enough for the values of 60 million cells or the names of 6 million. */
const MAX_LINE_BYTES = 2 ** 27;

const NEWLINE = 10;
const RETURN = 13;
const LINE_END = new Uint8Array([NEWLINE]);
const encoder = new TextEncoder();
/** Keeps a byte order mark: it is removed at the beginning of a file, and is text anywhere else. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Streams a text file as UTF-8 and omits its byte order mark, in chunks, and decompresses gzip. UTF-16 is recognized by its
 * byte order mark or by a zero in every other byte.
 *
 * @throws FormatError for UTF-32 and damaged UTF-16; any error of `readBytes`
 */
export async function* readTextBytes(source: ByteSource): AsyncGenerator<Uint8Array> {
  let head: Uint8Array[] = [];
  let length = 0;
  let decode: ((chunk?: Uint8Array) => Uint8Array) | undefined;
  for await (const chunk of readBytes(source)) {
    if (decode) {
      yield decode(chunk);
      continue;
    }
    head.push(chunk);
    length += chunk.length;
    if (length < HEAD_BYTES) continue;
    const first = concatBytes(head);
    head = [];
    decode = decoderOf(first, source.name);
    yield decode(first);
  }
  if (!decode) {
    const all = concatBytes(head);
    decode = decoderOf(all, source.name);
    yield decode(all);
  }
  const last = decode();
  if (last.length > 0) yield last;
}

/** Returns a function that converts the chunks of a file to UTF-8. Call it without a chunk after the last one. */
function decoderOf(head: Uint8Array, path: string): (chunk?: Uint8Array) => Uint8Array {
  const encoding = encodingOf(head);
  if (encoding === 'utf-32') {
    throw new FormatError(path, 'encoding', 'is UTF-32', 'save the file as UTF-8');
  }
  if (encoding === 'utf-8') {
    let mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
    return (chunk = new Uint8Array()) => {
      const bytes = mark ? chunk.subarray(3) : chunk;
      mark = false;
      return bytes;
    };
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (chunk) => {
    try {
      return encoder.encode(decoder.decode(chunk, { stream: chunk !== undefined }));
    } catch (cause) {
      const problem = `is neither UTF-8 nor valid ${encoding.toUpperCase()}`;
      throw new FormatError(path, 'encoding', problem, 'save the file as UTF-8', { cause });
    }
  };
}

function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32' {
  const [a, b, c, d] = head;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) {
    return 'utf-32';
  }
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const pairs = Math.min(head.length, HEAD_BYTES) >> 1;
  const zeros = [0, 0];
  for (let i = 0; i < 2 * pairs; i++) if (head[i] === 0) zeros[i & 1]++;
  const [even, odd] = zeros as [number, number];
  if (odd > 0.9 * pairs && even < 0.1 * pairs) return 'utf-16le';
  if (even > 0.9 * pairs && odd < 0.1 * pairs) return 'utf-16be';
  return 'utf-8';
}

/**
 * Streams a text file in chunks of whole lines, so that a parser never sees part of a line. Every line ends with a line
 * feed, including the last one; carriage returns, alone or before a line feed, are converted. Handles the encodings of
 * `readTextBytes`.
 *
 * @throws FormatError for a line of more than `max` bytes, which means that the file is not text; any error of
 *   `readTextBytes`
 */
export async function* readLineChunks(source: ByteSource, max = MAX_LINE_BYTES): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  let length = 0;
  const normalize = lineFeedsOnly();
  for await (const raw of readTextBytes(source)) {
    const chunk = normalize(raw);
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield rest.length ? concatBytes([...rest, chunk.subarray(0, end)]) : chunk.subarray(0, end);
      rest = [];
      length = 0;
    }
    if (end === chunk.length) continue;
    rest.push(chunk.slice(end));
    length += chunk.length - end;
    if (length > max) {
      throw new FormatError(
        source.name,
        'lines',
        `a line is longer than ${max} bytes`,
        'check that the file is a text table',
      );
    }
  }
  if (rest.length) yield concatBytes([...rest, LINE_END]);
}

/** Returns a function that replaces `\r` and `\r\n` by `\n`, also where the pair is split between two chunks. */
function lineFeedsOnly(): (chunk: Uint8Array) => Uint8Array {
  let returned = false;
  return (chunk) => {
    if (!returned && !chunk.includes(RETURN)) return chunk;
    const out = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (byte !== NEWLINE || !returned) out[length++] = byte === RETURN ? NEWLINE : byte;
      returned = byte === RETURN;
    }
    return out.subarray(0, length);
  };
}

/**
 * Decodes UTF-8.
 *
 * @throws FormatError for any other encoding, because names would be altered
 */
export function decodeText(bytes: Uint8Array, path: string, field: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    const remedy = 'save the file as UTF-8, for example with: iconv -f latin1 -t utf-8';
    throw new FormatError(path, field, 'is not text in UTF-8', remedy, { cause });
  }
}

/** Number of lines that is accepted whatever the size of the file. */
const MIN_LIMIT = 2 ** 20;
/** Largest number of names in a `Map`. */
const MAX_LINES = 2 ** 24;

/**
 * Returns the largest number of lines that is accepted for this file. A line with a unique name takes at least one byte,
 * compressed or not, so a file with more lines than bytes was crafted to exhaust memory.
 */
export function maxLines({ byteLength }: ByteSource): number {
  return Math.min(MAX_LINES, Math.max(MIN_LIMIT, byteLength));
}

/**
 * Returns a function that decodes ranges of bytes as UTF-8, for many short strings. `Buffer` takes two thirds of the time of
 * `TextDecoder` for them, where it exists.
 */
export function utf8Ranges(bytes: Uint8Array): (start: number, end: number) => string {
  if (typeof Buffer === 'undefined') {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return (start, end) => decoder.decode(bytes.subarray(start, end));
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (start, end) => buffer.toString('utf8', start, end);
}

/** Decodes bytes as ISO 8859-1, one character per byte. For short texts. */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/** Copies a string, because a substring keeps the whole chunk in memory. `Buffer` is twice as fast where it exists. */
export function copyString(text: string): string {
  return typeof Buffer === 'undefined' ? utf8.decode(encoder.encode(text)) : Buffer.from(text).toString();
}

/** Returns the error for a file with more lines than `maxLines` or than its matrix has rows or columns. */
export function tooManyLines(path: string, max: number, problem = 'too many for a file of this size'): FormatError {
  const remedy = 'the file is damaged or was crafted to exhaust memory; download it again';
  return new FormatError(path, 'lines', `there are more than ${max}, ${problem}`, remedy);
}
