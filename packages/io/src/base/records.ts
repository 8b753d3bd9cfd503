import { type ByteSource, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { type FileInput, openInput } from './input.js';
import { findHead } from './table-head.js';
import { decodeText, maxLines, readLineChunks, tooManyLines } from './text.js';

/** Largest table, in bytes: the metadata of several million cells. */
const MAX_TABLE_BYTES = 2 ** 28;
/** Longest record, in characters. A longer record means that a quote is never closed. */
const MAX_RECORD = 2 ** 24;

/** A record of a text table, split into unquoted fields. */
export interface TextRecord {
  /**
   * Line of the file on which the record begins, counted from 1. A lower bound when earlier fields contain line breaks.
   */
  line: number;
  separator: string;
  fields: Field[];
}

/**
 * Streams the records of a CSV or TSV file in batches, one batch per chunk of the file. The first record is the header.
 *
 * Reads plain and gzip files, UTF-8 and UTF-16, any line endings, and tabs, commas, semicolons or R's single spaces as
 * separators. Skips leading comments, blank lines and records without any value.
 *
 * @param file path, or source of the bytes
 * @throws FileMissingError; FormatError naming the line; UnsupportedError for more than 268 MB of text
 * @example
 * for await (const batch of readRecords('genes.tsv')) {
 *   for (const { line, fields } of batch) console.log(line, fields.map((field) => field.text)); // 1 [ 'id', 'symbol' ]
 * }
 */
export async function* readRecords(file: FileInput): AsyncGenerator<TextRecord[]> {
  const source = await openInput(file);
  try {
    yield* recordsOf(source);
  } finally {
    await source.close();
  }
}

/** Streams the records of a table. See `readRecords`. */
export async function* recordsOf(source: ByteSource): AsyncGenerator<TextRecord[]> {
  const path = source.name;
  const max = maxLines(source);
  let separator: string | undefined;
  let rest = '';
  let line = 1;
  let total = 0;
  let records = 0;
  let blank = 0;
  for await (const chunk of readLineChunks(source)) {
    total += chunk.length;
    if (total > MAX_TABLE_BYTES) {
      throw new UnsupportedError(path, 'file', `a table of more than ${MAX_TABLE_BYTES} bytes`, 'check the path');
    }
    let bytes = chunk;
    if (separator === undefined) {
      const head = findHead(chunk, path);
      if (!head) {
        line += countLines(chunk);
        if (line > max) throw tooManyLines(path, max);
        continue;
      }
      separator = head.separator;
      line += head.line - 1;
      bytes = chunk.subarray(head.start);
    }
    const text = rest + decodeText(bytes, path, `lines from ${line}`);
    const batch: TextRecord[] = [];
    let at = 0;
    while (at < text.length) {
      const next = parseRecord(text, at, separator);
      if (!next) break;
      const lines = countLineFeeds(text, at, next.end);
      if (next.fields.some((field) => field.text !== '' || field.quoted)) {
        if (++records > max) throw tooManyLines(path, max);
        batch.push({ line, separator, fields: next.fields });
      }
      blank += lines - 1;
      if (blank > max) throw tooManyLines(path, max);
      line += lines;
      at = next.end;
    }
    if (batch.length > 0) yield batch;
    rest = text.slice(at);
    if (rest.length > MAX_RECORD) throw openQuote(path, 0);
  }
  if (rest !== '') {
    throw new FormatError(path, `record at line ${line}`, 'has a quote that is never closed', 'repair the file');
  }
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10) count++;
  return count;
}

function countLineFeeds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** A field of a record. `quoted` distinguishes the text "NA" from a missing `NA`. */
export interface Field {
  text: string;
  quoted: boolean;
}

/**
 * Splits a whole text into records of fields after RFC 4180: a quoted field may contain separators, line breaks and
 * doubled quotes. Skips empty lines.
 *
 * @throws FormatError when a quote is never closed
 */
export function parseRecords(text: string, separator: string, path: string): Field[][] {
  const records: Field[][] = [];
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length;) {
    const next = parseRecord(text, at, separator);
    if (!next) throw openQuote(path, at);
    if (next.fields.length > 0) records.push(next.fields);
    at = next.end;
  }
  return records;
}

/** Returns the error for a quote that is never closed. */
function openQuote(path: string, at: number): FormatError {
  return new FormatError(path, `record at character ${at}`, 'has a quote that is never closed', 'repair the file');
}

/**
 * Returns one record and the position after its line ending. An empty line has no fields. Returns undefined if a quote
 * is not closed.
 */
function parseRecord(text: string, start: number, separator: string): { fields: Field[]; end: number } | undefined {
  const fields: Field[] = [];
  let at = start;
  while (at < text.length) {
    const field = parseField(text, at, separator);
    if (!field) return undefined;
    fields.push(field);
    at = field.end;
    if (text[at] !== separator) break;
    at++;
    if (at === text.length || text[at] === '\n' || text[at] === '\r') {
      fields.push({ text: '', quoted: false });
      break;
    }
  }
  while (text[at] === '\r' || text[at] === '\n') at++;
  const empty = fields.length === 0 || (fields.length === 1 && fields[0].text === '' && !fields[0].quoted);
  return { fields: empty ? [] : fields, end: at };
}

/** Returns one field and the position after it. Text after a closing quote, found in damaged files, is part of the field. */
function parseField(text: string, start: number, separator: string): (Field & { end: number }) | undefined {
  if (text[start] !== '"') {
    const end = fieldEnd(text, start, separator);
    return { text: text.slice(start, end).trim(), quoted: false, end };
  }
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return undefined;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const end = fieldEnd(text, quote + 1, separator);
      return { text: value + text.slice(quote + 1, end).trimEnd(), quoted: true, end };
    }
    value += '"';
    at = quote + 2;
  }
}

function fieldEnd(text: string, start: number, separator: string): number {
  const code = separator.charCodeAt(0);
  for (let end = start; end < text.length; end++) {
    const char = text.charCodeAt(end);
    if (char === code || char === 10 || char === 13) return end;
  }
  return text.length;
}

const WHOLE_OR_DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Parses a number in the decimal notation of pandas and R. Returns NaN for any other text, such as `0x1F`, `1_000` or `Inf`,
 * and for a number that is too large for a double, such as `1e400`.
 */
export function decimal(text: string): number {
  const value = WHOLE_OR_DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** Returns whether a text in digits is a number that is too large for a double. `Inf` is not. */
export function overflows(text: string): boolean {
  return /\d/.test(text) && Math.abs(Number(text)) === Infinity;
}

/** Most digits of a whole number that a double represents exactly, whatever they are. */
export const EXACT_DIGITS = 15;
