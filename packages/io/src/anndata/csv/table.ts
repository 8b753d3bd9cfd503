import { FormatError } from '@geneformer-ts/core';
import { type Field, readRecords, type TextRecord } from '../../base/records.js';
import type { Column, Frame } from '../frame.js';

/** A table as read, with what the file says about its index. */
export interface TextTable extends Frame {
  /** Whether the file names its rows; otherwise they are numbered. */
  named: boolean;
  /** The fields of the header, for messages. */
  header: string[];
}

/**
 * Reads a CSV or TSV file, gzip or plain, UTF-8 or UTF-16, as a table.
 *
 * The index is the first column when the header leaves that column unnamed (pandas) or is one name shorter than the rows
 * (R); otherwise the rows are numbered `0`, `1`, … and every column is kept. A column is numeric or boolean when all of its
 * values are; `NA`, `NaN` and nothing at all are missing, a quoted "NA" is text. Digits that begin with a zero (`007`) and
 * whole numbers that a double cannot hold exactly are text. A comma is a decimal point where semicolons separate the columns.
 * Leading comments (`#`, `%`) and empty columns without a name are left out.
 *
 * @throws FileMissingError, FormatError naming the line, UnsupportedError for more than 268 MB of text
 */
export async function readTable(path: string): Promise<Frame> {
  const { index, columns } = await readTextTable(path);
  return { index, columns };
}

/** As `readTable`, and says whether the rows have names. @throws as `readTable` */
export async function readTextTable(path: string): Promise<TextTable> {
  let header: Field[] | undefined;
  let shape: { names: string[]; first: 0 | 1 } | undefined;
  const builders: ColumnBuilder[] = [];
  const index: string[] = [];
  let endsEmpty = true;
  for await (const batch of readRecords(path)) {
    for (const record of batch) {
      if (!header) {
        header = record.fields;
        continue;
      }
      if (!shape) {
        shape = shapeOf(header, record.fields);
        for (let c = 0; c < shape.names.length; c++) builders.push(new ColumnBuilder(record.separator === ';'));
      }
      const { first, names } = shape;
      checkWidth(record, first + names.length, header.length, path);
      const last = record.fields.at(-1)!;
      endsEmpty &&= last.text === '' && !last.quoted;
      index.push(first ? copy(record.fields[0].text) : String(index.length));
      for (let c = 0; c < builders.length; c++) builders[c].add(record.fields[c + first]);
    }
  }
  if (!header) throw new FormatError(path, 'file', 'is empty', 'give a table with a header line');
  const { names, first } = shape ?? shapeOf(header, header);
  if (names.length === header.length && first === 1 && endsEmpty) throw trailingSeparators(path, header);
  const columns = new Map<string, Column>();
  names.forEach((name, at) => {
    const builder = builders[at];
    if (name === '' && (!builder || builder.empty)) return;
    if (columns.has(name)) {
      throw new FormatError(path, `column '${name}'`, 'occurs twice', 'give every column its own name');
    }
    columns.set(name, builder ? builder.build() : { kind: 'string', values: [] });
  });
  return { index, columns, named: first === 1, header: header.map((field) => field.text) };
}

/** The names of the columns behind the index, and whether there is an index. */
function shapeOf(header: readonly Field[], row: readonly Field[]): { names: string[]; first: 0 | 1 } {
  const names = header.map((field) => field.text);
  const last = row.at(-1)!;
  const spare = row.length === names.length + 1 && names[0] === '' && last.text === '' && !last.quoted;
  if (row.length === names.length + 1 && !spare) return { names, first: 1 };
  return names[0] === '' ? { names: names.slice(1), first: 1 } : { names, first: 0 };
}

/** Such a table can be one with row names too, whose last column is empty; columns would be shifted by one if that were wrong. */
function trailingSeparators(path: string, header: readonly Field[]): FormatError {
  return new FormatError(
    path,
    'rows',
    `end with a separator, and the header of ${header.length} names does not`,
    'remove the last separator of every row, or name the column of row names in the header',
  );
}

function checkWidth({ fields, line }: TextRecord, width: number, headed: number, path: string): void {
  if (fields.length === width) return;
  if (fields.length > width && fields.slice(width).every((field) => field.text === '' && !field.quoted)) return;
  throw new FormatError(
    path,
    `line ${line}`,
    `has ${fields.length} fields but the header has ${headed}`,
    'give every row a field for every column',
  );
}

const MISSING = new Set(['', 'NA', 'NaN', 'nan']);
const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?Inf(?:inity)?$/i;
const BOOLEAN = /^(?:true|false)$/i;
const DIGITS = /^[+-]?\d{16,}$/;

/**
 * Gathers the fields of a column and decides what it holds: numbers or booleans when all of its values are, else text.
 * Digits that a double cannot hold exactly (identifiers of 18 digits) stay text, so that no two of them fall together.
 */
class ColumnBuilder {
  private readonly texts: (string | null)[] = [];
  private readonly distinct = new Map<string, string>();
  private number = true;
  private boolean = true;
  private present = false;

  /** @param comma whether numbers may have a decimal comma, as in tables separated by semicolons */
  constructor(private readonly comma: boolean) {}

  /** Whether no field so far had a value. */
  get empty(): boolean {
    return !this.present;
  }

  add({ text, quoted }: Field): void {
    if (!quoted && MISSING.has(text)) {
      this.texts.push(null);
      return;
    }
    this.present = true;
    if (this.number) this.number = NUMBER.test(this.pointed(text)) && !(DIGITS.test(text) && inexact(text));
    if (!this.number && this.boolean) this.boolean = BOOLEAN.test(text);
    this.texts.push(this.shared(text));
  }

  build(): Column {
    const { texts } = this;
    if (this.present && this.number) {
      const values = Float64Array.from(texts, (text) => (text === null ? NaN : toNumber(this.pointed(text))));
      return { kind: 'number', values };
    }
    if (this.present && this.boolean && texts.every((text) => text === null || BOOLEAN.test(text))) {
      return { kind: 'boolean', values: texts.map((text) => (text === null ? null : /^t/i.test(text))) };
    }
    return { kind: 'string', values: texts };
  }

  private pointed(text: string): string {
    return this.comma ? text.replace(',', '.') : text;
  }

  /** One copy of every text, as long as there are few. */
  private shared(text: string): string {
    const known = this.distinct.get(text);
    if (known !== undefined) return known;
    const own = copy(text);
    if (this.distinct.size < 65_536) this.distinct.set(own, own);
    return own;
  }
}

/** A text of its own memory: one that was cut from a chunk keeps the whole chunk alive. */
function copy(text: string): string {
  return Buffer.from(text).toString();
}

function inexact(text: string): boolean {
  return BigInt(Number(text)) !== BigInt(text);
}

function toNumber(text: string): number {
  return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}
