import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import { findHead } from './table-head.js';
import { decodeText, mostLines, readLineChunks, tooManyLines } from './text.js';

/** Largest table, in bytes: metadata of some million cells. */
const MOST_TABLE_BYTES = 2 ** 28;
/** Longest record, in characters. A longer one has a quote that is never closed. */
const MOST_RECORD = 2 ** 24;

/** A record of a text table, its fields cut and unquoted. */
export interface TextRecord {
  /** The line of the file on which the record begins, from 1; records whose texts hold line ends make it a lower bound. */
  line: number;
  separator: string;
  fields: Field[];
}

/**
 * Streams the records of a CSV or TSV file, the header first, in batches of one chunk of the file. Reads plain and gzip files, UTF-8
 * and UTF-16, any line ends, and tabs, commas, semicolons or R's single spaces as separators. Leading comments, blank lines, empty
 * records and records that consist of separators are left out.
 *
 * @throws FileMissingError, FormatError naming the line, UnsupportedError for more than 268 MB of text
 */
export async function* readRecords(path: string): AsyncGenerator<TextRecord[]> {
  const most = await mostLines(path);
  let separator: string | undefined;
  let rest = '';
  let line = 1;
  let total = 0;
  let records = 0;
  let blank = 0;
  for await (const chunk of readLineChunks(path)) {
    total += chunk.length;
    if (total > MOST_TABLE_BYTES) {
      throw new UnsupportedError(path, 'file', `a table of more than ${MOST_TABLE_BYTES} bytes`, 'is it one?');
    }
    let bytes = chunk;
    if (separator === undefined) {
      const head = findHead(chunk, path);
      if (!head) {
        line += countLines(chunk);
        if (line > most) throw tooManyLines(path, most);
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
      const lines = countEnds(text, at, next.end);
      if (next.fields.some((field) => field.text !== '' || field.quoted)) {
        if (++records > most) throw tooManyLines(path, most);
        batch.push({ line, separator, fields: next.fields });
      }
      blank += lines - 1;
      if (blank > most) throw tooManyLines(path, most);
      line += lines;
      at = next.end;
    }
    if (batch.length > 0) yield batch;
    rest = text.slice(at);
    if (rest.length > MOST_RECORD) throw openQuote(path, 0);
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

function countEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** A field as written: whether it was quoted tells a missing `NA` from the text "NA". */
export interface Field {
  text: string;
  quoted: boolean;
}

/**
 * Cuts a whole text into records of fields by RFC 4180: fields may be quoted, a quoted field may hold separators, line
 * ends and doubled quotes. Empty lines are dropped.
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
 * Returns one record and the position after its line ends; no fields for an empty line; undefined if a quote is not closed.
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

/** Returns one field and the position after it. Text after a closing quote, as in damaged files, is part of the field. */
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

/** Returns the number that a text in decimal notation stands for, as pandas and R write it; NaN for anything else (`0x1F`, `1_000`, `Inf`). */
export function decimal(text: string): number {
  return WHOLE_OR_DECIMAL.test(text) ? Number(text) : NaN;
}
