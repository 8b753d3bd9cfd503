import { type ByteSource, FormatError } from '@geneformer-ts/core';
import { type FileInput, withInput } from '../../base/input.js';
import { type Field, overflows, recordsOf, type TextRecord } from '../../base/records.js';
import { copyString } from '../../base/text.js';
import type { Column, DataFrame } from '../data-frame.js';

/** A table read from a text file. */
export interface TextTable extends DataFrame {
  /** Whether the file has row names. Otherwise rows are numbered. */
  named: boolean;
  /** The fields of the header, for messages. */
  header: string[];
}

/**
 * Reads a CSV or TSV file as a table. Accepts plain and gzip files, UTF-8 and UTF-16.
 *
 * The index is the first column if its name is empty (pandas) or if the header is one field shorter than the rows (R).
 * Otherwise the rows are numbered `0`, `1`, … and all columns are kept.
 *
 * A column is numeric or boolean if all its values are. `NA`, `NaN` and empty fields are missing; a quoted "NA" is a
 * string. Digits with a leading zero (`007`), integers that a double cannot represent exactly and numbers beyond its range
 * (`1e400`) are strings. A comma is a
 * decimal point if semicolons separate the columns. Leading comments (`#`, `%`) and empty columns without a name are
 * skipped.
 *
 * @param file path, or source of the bytes
 * @throws FileMissingError; FormatError naming the line; UnsupportedError for more than 268 MB of text
 * @example
 * const { index, columns } = await readTable('metadata.csv');
 * index[0]; // 'AAACATACAACCAC-1'
 * columns.get('n_genes'); // { kind: 'number', values: Float64Array(2638) [ 781, … ] }
 */
export async function readTable(file: FileInput): Promise<DataFrame> {
  const { index, columns } = await withInput(file, readTextTable);
  return { index, columns };
}

/** Like `readTable`, and returns whether the rows have names. @throws any error of `readTable` */
export async function readTextTable(source: ByteSource): Promise<TextTable> {
  const path = source.name;
  let header: Field[] | undefined;
  let shape: { names: string[]; first: 0 | 1 } | undefined;
  const builders: ColumnBuilder[] = [];
  const index: string[] = [];
  let endsEmpty = true;
  for await (const batch of recordsOf(source)) {
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
      index.push(first ? copyString(record.fields[0].text) : String(index.length));
      for (let c = 0; c < builders.length; c++) builders[c].add(record.fields[c + first]);
    }
  }
  if (!header) throw new FormatError(path, 'file', 'is empty', 'use a table with a header line');
  const { names, first } = shape ?? shapeOf(header, header);
  if (names.length === header.length && first === 1 && endsEmpty) throw trailingSeparators(path, header);
  const columns = new Map<string, Column>();
  names.forEach((name, at) => {
    const builder = builders[at];
    if (name === '' && (!builder || builder.empty)) return;
    if (columns.has(name)) {
      throw new FormatError(path, `column '${name}'`, 'occurs twice', 'give every column a unique name');
    }
    columns.set(name, builder ? builder.build() : { kind: 'string', values: [] });
  });
  return { index, columns, named: first === 1, header: header.map((field) => field.text) };
}

/** Returns the names of the columns without the index, and the number of index columns. */
function shapeOf(header: readonly Field[], row: readonly Field[]): { names: string[]; first: 0 | 1 } {
  const names = header.map((field) => field.text);
  const last = row.at(-1)!;
  const spare = row.length === names.length + 1 && names[0] === '' && last.text === '' && !last.quoted;
  if (row.length === names.length + 1 && !spare) return { names, first: 1 };
  return names[0] === '' ? { names: names.slice(1), first: 1 } : { names, first: 0 };
}

/** Returns the error for an ambiguous table: with row names and an empty last column, or with one separator too many. */
function trailingSeparators(path: string, header: readonly Field[]): FormatError {
  return new FormatError(
    path,
    'rows',
    `end with a separator, but the header of ${header.length} names does not`,
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
 * Collects the fields of a column and determines its type: numbers or booleans if all values are, else strings. Digits that
 * a double cannot represent exactly (identifiers of 18 digits) stay strings, so that distinct identifiers stay distinct.
 */
class ColumnBuilder {
  private readonly texts: (string | null)[] = [];
  private readonly distinct = new Map<string, string>();
  private number = true;
  private boolean = true;
  private present = false;

  /** @param comma whether numbers may have a decimal comma, as in tables with semicolons as separators */
  constructor(private readonly comma: boolean) {}

  /** Whether all fields so far are empty. */
  get empty(): boolean {
    return !this.present;
  }

  add({ text, quoted }: Field): void {
    if (!quoted && MISSING.has(text)) {
      this.texts.push(null);
      return;
    }
    this.present = true;
    if (this.number) {
      const pointed = this.pointed(text);
      this.number = NUMBER.test(pointed) && !overflows(pointed) && !(DIGITS.test(text) && inexact(text));
    }
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

  /** Returns one shared copy of equal strings, for the first 65,536 distinct ones. */
  private shared(text: string): string {
    const known = this.distinct.get(text);
    if (known !== undefined) return known;
    const own = copyString(text);
    if (this.distinct.size < 65_536) this.distinct.set(own, own);
    return own;
  }
}

function inexact(text: string): boolean {
  return BigInt(Number(text)) !== BigInt(text);
}

function toNumber(text: string): number {
  return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}
