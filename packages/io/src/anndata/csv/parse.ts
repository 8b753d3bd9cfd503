import { FormatError } from '@geneformer-ts/core';
import { decimal, EXACT_DIGITS, overflows } from '../../base/records.js';
import { decodeLatin1 } from '../../base/text.js';
import type { Entries } from '../entries.js';

const NEWLINE = 10;
const QUOTE = 34;
const ZERO = 48;
const NINE = 57;

/** Properties of all lines of a dense table. */
export interface LineShape {
  path: string;
  separator: number;
  /** Number of values per line. */
  width: number;
  /** 1 for every line and column in which a pass has found a fraction. */
  fractions: { lines: Uint8Array; columns: Uint8Array };
}

/**
 * Returns the position of the separator after the name at the beginning of a line. Quoted names may contain separators but
 * not line breaks.
 */
export function nameEnd(bytes: Uint8Array, start: number, separator: number): number {
  let at = start;
  if (bytes[at] === QUOTE) {
    at++;
    while (at < bytes.length && bytes[at] !== NEWLINE) {
      if (bytes[at] === QUOTE && bytes[at + 1] !== QUOTE) break;
      at += bytes[at] === QUOTE ? 2 : 1;
    }
  }
  while (at < bytes.length && bytes[at] !== separator && bytes[at] !== NEWLINE) at++;
  return at;
}

/** Returns whether a line has only separators, spaces and quotes from `at` on, like the empty rows of spreadsheets. */
export function isBlank(bytes: Uint8Array, at: number, separator: number): boolean {
  let byte = bytes[at];
  while (byte === separator || byte === 32 || byte === QUOTE) byte = bytes[++at];
  return byte === NEWLINE;
}

/**
 * Parses the numbers of one line and appends the non-zero ones to `out`: `row` to `out.rows`, the index of the field to
 * `out.cols`. Empty fields after the last column are ignored. Returns the position after the line ending.
 *
 * @param at position after the separator of the name
 * @param row row of the table, from 0
 * @param line line of the file, for messages
 * @throws FormatError for a field that is not a number, or unless the line has `width` numbers
 */
export function parseNumberLine(
  bytes: Uint8Array,
  at: number,
  { path, separator, width, fractions }: LineShape,
  row: number,
  line: number,
  out: Entries & { values: Float64Array },
): number {
  let field = 0;
  let count = out.length;
  for (;;) {
    const start = at;
    let value = 0;
    let byte = bytes[at];
    while (byte >= ZERO && byte <= NINE) {
      value = value * 10 + byte - ZERO;
      byte = bytes[++at]!;
    }
    if (at === start || at - start > EXACT_DIGITS || (byte !== separator && byte !== NEWLINE)) {
      while (bytes[at] !== separator && bytes[at] !== NEWLINE) at++;
      byte = bytes[at]!;
      const text = fieldText(bytes, start, at);
      if (text === '' && field >= width) {
        at++;
        if (byte === NEWLINE) break;
        continue;
      }
      value = decimal(text);
      if (Number.isNaN(value)) throw notNumber(text, path, line, field);
      if (!Number.isInteger(value) && field < width) {
        fractions.lines[row] = 1;
        fractions.columns[field] = 1;
      }
    }
    if (value !== 0 && field < width) {
      out.rows[count] = row;
      out.cols[count] = field;
      out.values[count++] = value;
    }
    field++;
    at++;
    if (byte === NEWLINE) break;
  }
  out.length = count;
  if (field !== width) {
    throw new FormatError(
      path,
      `line ${line}`,
      `has ${field} values but the header names ${width}`,
      'the file is damaged or incomplete; download it again',
    );
  }
  return at;
}

function fieldText(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeLatin1(bytes, start, end).trim();
  return text.replace(/^"(.*)"$/, '$1').trim();
}

function notNumber(text: string, path: string, line: number, field: number): FormatError {
  const comma = /^[+-]?\d+,\d+$/.test(text);
  return new FormatError(
    path,
    `line ${line}, value ${field + 1}`,
    `'${text.slice(0, 40)}' ${comma ? 'has a decimal comma' : overflows(text) ? 'is too large for a double' : 'is not a number'}`,
    comma
      ? 'write the table with decimal points (pandas: to_csv, R: write.csv instead of write.csv2)'
      : 'use a table of counts with one name at the beginning of every row',
  );
}
