import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import { decodeText, mostLines, readLineChunks, tooManyLines } from '../files/text.js';
import { openQuote, parseRecord, type Field } from './fields.js';
import { findHead } from './head.js';

/** What is read as one table: metadata of some million cells. */
const MOST_TABLE_BYTES = 2 ** 28;
/** A record of more characters has a quote that is never closed. */
const MOST_RECORD = 2 ** 24;

/** A record of a text table, its fields cut and unquoted. */
export interface TextRecord {
  /** The line of the file on which the record begins, from 1; records whose texts hold line ends make it a lower bound. */
  line: number;
  separator: string;
  fields: Field[];
}

/**
 * The records of a CSV or TSV file, the header first, as many at a time as a chunk of the file holds: plain or gzip, UTF-8 or UTF-16, any line ends, separated by tabs, commas,
 * semicolons or R's single spaces. Leading comments and blank lines, empty records and records of separators alone are left out.
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
