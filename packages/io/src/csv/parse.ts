import type { Entries } from '../entries.js';
import { FormatError } from '../errors.js';

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const ZERO = 48;
const NINE = 57;

/**
 * Where the name at the beginning of a line ends: the position of the separator behind it. Names may be quoted, with
 * separators inside, but not with line ends.
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

/**
 * Parses the numbers of one line of a dense table, from `at` (just behind the name's separator), and appends those that are
 * not zero to `out`: the line's number in `out.rows`, the field's in `out.cols`. Returns the position behind the line end.
 *
 * @throws FormatError for a field that is not a number or a line with more or fewer than `width` of them
 */
export function parseNumberLine(
  bytes: Uint8Array,
  at: number,
  separator: number,
  width: number,
  line: number,
  out: Entries & { values: Float64Array },
  path: string,
): number {
  let field = 0;
  let count = out.length;
  for (;;) {
    const start = at;
    let value = 0;
    let byte = bytes[at]!;
    while (byte >= ZERO && byte <= NINE) {
      value = value * 10 + byte - ZERO;
      byte = bytes[++at]!;
    }
    if (byte === RETURN && bytes[at + 1] === NEWLINE && at > start) byte = bytes[++at]!;
    else if (at === start || (byte !== separator && byte !== NEWLINE)) {
      while (bytes[at] !== separator && bytes[at] !== NEWLINE) at++;
      byte = bytes[at]!;
      value = slowNumber(bytes, start, at);
      if (Number.isNaN(value)) throw notNumber(bytes, start, at, path, line, field);
    }
    if (value !== 0 && field < width) {
      out.rows[count] = line;
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
      `line ${line + 2}`,
      `has ${field} values where the header names ${width}`,
      'the file is damaged or cut short; fetch it again',
    );
  }
  return at;
}

function slowNumber(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.subarray(start, end))
    .toString('latin1')
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();
  return text === '' ? NaN : Number(text);
}

function notNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  path: string,
  line: number,
  field: number,
): FormatError {
  const text = Buffer.from(bytes.subarray(start, Math.min(end, start + 40))).toString('latin1');
  return new FormatError(
    path,
    `line ${line + 2}, value ${field + 1}`,
    `'${text.trim()}' is not a number`,
    'give a table of counts with one name in front of every line',
  );
}
