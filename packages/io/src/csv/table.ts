import { FormatError } from '../errors.js';
import { readText } from '../files/whole.js';
import type { Column, Frame } from '../frame.js';
import { parseRecords, separatorOf, type Field } from './fields.js';

/**
 * Reads a CSV or TSV file, gzip or plain, as a table.
 *
 * The index is the first column when the header leaves that column unnamed (pandas) or is one name shorter than the rows
 * (R); otherwise the rows are numbered `0`, `1`, … and every column is kept. A column is numeric or boolean when all of its
 * values are; `NA`, `NaN` and nothing at all are missing, a quoted "NA" is text. Digits that begin with a zero (`007`) are text.
 *
 * @throws FileMissingError, FormatError naming the line, UnsupportedError for more than 268 MB of text
 */
export async function readTable(path: string): Promise<Frame> {
  const records = await readRecords(path);
  const [header, ...rows] = records;
  if (!header) throw new FormatError(path, 'file', 'is empty', 'give a table with a header line');
  const width = rows[0]?.length ?? header.length;
  const short = header.length === width - 1;
  const names = header.map((field) => field.text);
  rows.forEach((row, i) => {
    if (row.length === width && (short || header.length === width)) return;
    throw new FormatError(
      path,
      `row ${i + 1}`,
      `has ${row.length} fields but the header has ${header.length}`,
      'give every row a field for every column',
    );
  });
  const unnamed = !short && names[0] === '';
  const first = short || unnamed ? 1 : 0;
  const columns = new Map<string, Column>();
  for (let c = first; c < width; c++) {
    const name = names[short ? c - 1 : c]!;
    if (columns.has(name))
      throw new FormatError(path, `column '${name}'`, 'occurs twice', 'give every column its own name');
    columns.set(name, inferColumn(rows.map((row) => row[c]!)));
  }
  return { index: rows.map((row, i) => (first ? row[0]!.text : String(i))), columns };
}

async function readRecords(path: string): Promise<Field[][]> {
  const text = await readText(path);
  return parseRecords(text, separatorOf(text.split('\n', 1)[0] ?? ''), path);
}

const MISSING = new Set(['', 'NA', 'NaN', 'nan']);
const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?Inf(?:inity)?$/i;
const BOOLEAN = /^(?:true|false)$/i;

/** The kind of a column from its fields. */
function inferColumn(fields: readonly Field[]): Column {
  const values = fields.map((field) => (MISSING.has(field.text) && !field.quoted ? null : field.text));
  const present = values.filter((value) => value !== null);
  if (present.length && present.every((value) => NUMBER.test(value))) {
    return { kind: 'number', values: Float64Array.from(values, (value) => (value === null ? NaN : toNumber(value))) };
  }
  if (present.length && present.every((value) => BOOLEAN.test(value))) {
    return { kind: 'boolean', values: values.map((value) => (value === null ? null : /^t/i.test(value))) };
  }
  return { kind: 'string', values };
}

function toNumber(text: string): number {
  return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}
