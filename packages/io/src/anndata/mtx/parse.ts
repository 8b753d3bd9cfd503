import { FormatError } from '@geneformer-ts/core';
import { decimal, EXACT_DIGITS } from '../../base/records.js';
import { decodeLatin1 } from '../../base/text.js';
import type { Entries } from '../entries.js';

/** Header of a Matrix Market file. `bytes` is its length. */
export interface MtxHeader {
  rows: number;
  cols: number;
  entries: number;
  bytes: number;
  /** Entries have no value, which means 1. */
  pattern: boolean;
  /** Entries below the diagonal also apply above it. */
  symmetric: boolean;
}

const SPACE = 32;
const TAB = 9;
const NEWLINE = 10;
const PERCENT = 37;
const ZERO = 48;
const NINE = 57;

/**
 * Parses the banner, the comments and the size line at the beginning of a file.
 *
 * @throws FormatError when it is not a coordinate matrix of real numbers, or is skew-symmetric
 */
export function parseMtxHeader(bytes: Uint8Array, path: string): MtxHeader {
  let at = 0;
  let kind: Pick<MtxHeader, 'pattern' | 'symmetric'> | undefined;
  while (at < bytes.length) {
    const end = bytes.indexOf(NEWLINE, at);
    const line = decodeLatin1(bytes, at, end < 0 ? bytes.length : end).trim();
    at = end < 0 ? bytes.length : end + 1;
    kind ??= readBanner(line, path);
    if (line === '' || line.startsWith('%')) continue;
    const sizes = line.split(/\s+/).map(Number);
    const [rows, cols, entries] = sizes;
    if (sizes.length !== 3 || !isCount(rows) || !isCount(cols) || !isCount(entries)) {
      throw notMtx(path, `size line '${line.slice(0, 60)}' is not three integers`);
    }
    if (kind.symmetric && rows !== cols) throw notMtx(path, `is symmetric but has size ${rows} x ${cols}`);
    return { rows, cols, entries, bytes: at, ...kind };
  }
  throw notMtx(path, 'has no size line');
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}

const FIELDS = ['integer', 'unsigned-integer', 'real', 'double', 'float', 'pattern'];

function readBanner(line: string, path: string): Pick<MtxHeader, 'pattern' | 'symmetric'> {
  const [banner, object, layout, field, symmetry] = line.toLowerCase().split(/\s+/);
  if (banner !== '%%matrixmarket' || object !== 'matrix')
    throw notMtx(path, "does not begin with '%%MatrixMarket matrix'");
  if (layout !== 'coordinate') throw notMtx(path, `layout is '${layout}', not coordinate`);
  if (!FIELDS.includes(field ?? '')) throw notMtx(path, `field is '${field}', not one of ${FIELDS.join(', ')}`);
  if (symmetry !== 'general' && symmetry !== 'symmetric') {
    throw notMtx(path, `symmetry is '${symmetry}', not general or symmetric`);
  }
  return { pattern: field === 'pattern', symmetric: symmetry === 'symmetric' };
}

function notMtx(path: string, problem: string): FormatError {
  return new FormatError(path, 'Matrix Market header', problem, 'use a matrix of counts in coordinate format');
}

/**
 * Parses whole lines `row column value` into `out.rows`, `out.cols` and `out.values`. Positions count from 1; a pattern has no
 * values. `out` needs one entry per four bytes, because the shortest line is `1 1` with a line feed. Skips comments.
 *
 * @param lineNumber number of entries parsed before, for error messages
 * @throws FormatError for a line that is not an entry of the matrix
 */
export function parseMtxEntries(
  bytes: Uint8Array,
  header: Pick<MtxHeader, 'rows' | 'cols' | 'pattern'>,
  out: Entries & { values: Float64Array },
  path: string,
  lineNumber: number,
): void {
  const { rows, cols, values } = out;
  let count = 0;
  let at = 0;
  const end = bytes.length;
  while (at < end) {
    let byte = bytes[at];
    if (byte === NEWLINE || byte === SPACE || byte === TAB) {
      at++;
      continue;
    }
    if (byte === PERCENT) {
      at = bytes.indexOf(NEWLINE, at) + 1;
      continue;
    }
    const lineStart = at;
    let row = 0;
    while (byte >= ZERO && byte <= NINE) {
      row = row * 10 + byte - ZERO;
      byte = bytes[++at]!;
    }
    const gap = at;
    while (byte === SPACE || byte === TAB) byte = bytes[++at]!;
    let col = at > gap ? 0 : -1;
    while (byte >= ZERO && byte <= NINE) {
      col = col * 10 + byte - ZERO;
      byte = bytes[++at]!;
    }
    const second = at;
    while (byte === SPACE || byte === TAB) byte = bytes[++at]!;
    const valueStart = at;
    let value = 0;
    while (byte >= ZERO && byte <= NINE) {
      value = value * 10 + byte - ZERO;
      byte = bytes[++at]!;
    }
    if (byte !== NEWLINE || at - valueStart > EXACT_DIGITS) {
      while (bytes[at] !== NEWLINE) at++;
      value = decimal(decodeLatin1(bytes, valueStart, at).trim());
    }
    const valued = valueStart > second && at > valueStart;
    if (header.pattern) value = valued ? NaN : 1;
    if (
      row < 1 ||
      row > header.rows ||
      col < 1 ||
      col > header.cols ||
      (!header.pattern && !valued) ||
      Number.isNaN(value)
    ) {
      const text = decodeLatin1(bytes, lineStart, Math.min(at, lineStart + 60));
      throw new FormatError(
        path,
        `entry ${lineNumber + count + 1}`,
        `'${text.trim()}' is not '${header.pattern ? 'row column' : 'row column value'}' within ${header.rows} x ${header.cols}`,
        'the file is damaged or its header is wrong; download it again',
      );
    }
    rows[count] = row - 1;
    cols[count] = col - 1;
    values[count++] = value;
    at++;
  }
  out.length = count;
}
