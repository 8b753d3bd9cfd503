import { type ByteSource, FormatError } from '@geneformer-ts/core';
import { concatBytes } from '../../base/bytes.js';
import { parseRecords } from '../../base/records.js';
import { findHead, type TableHead } from '../../base/table-head.js';
import { decodeText, maxLines, readLineChunks, tooManyLines } from '../../base/text.js';
import { rowRange } from '../csr.js';
import { type EntrySource, newEntries, type Survey, surveyEntries } from '../entries.js';
import type { DataFrame } from '../data-frame.js';
import type { CountMatrix, OpenOptions } from '../count-matrix.js';
import { rowBlocks } from '../transpose.js';
import { type Axes, checkAxes, checkHeader, isSymbol, notGenesError, orient } from './axes.js';
import { isBlank, type LineShape, nameEnd, parseNumberLine } from './parse.js';

/** Names of a dense text table, and the position of its numbers. */
interface TextMatrix extends Axes {
  source: ByteSource;
  separator: number;
  /** Position of the first line of numbers in bytes, and the number of that line. */
  start: number;
  line: number;
}

/**
 * Opens a dense CSV or TSV of counts whose rows are genes or cells. Reads plain and gzip files, UTF-8 and UTF-16.
 *
 * The top left field may be empty, named, or missing as in R. Comments and blank lines may precede the header. The numbers
 * are streamed.
 *
 * @param ids lists of names from a metadata table, one of which may contain the cells
 * @throws FormatError for a table without a header line, and for rows or columns that are neither genes nor cells
 */
export async function openCsv(
  source: ByteSource,
  options: OpenOptions,
  ids: readonly (readonly string[])[] = [],
): Promise<CountMatrix> {
  const text = await readNames(source);
  const orientation = orient(text, options.orientation, ids);
  checkAxes(text, orientation);
  const byCells = orientation === 'cells-by-genes';
  const entries = textEntries(text, byCells);
  const [cellNames, geneNames] = byCells ? [text.down, text.across] : [text.across, text.down];
  const frame = (index: string[]): DataFrame => ({ index, columns: new Map() });

  let survey: Promise<Survey> | undefined;
  return {
    path: source.name,
    format: 'csv',
    orientation,
    nObs: cellNames.length,
    nVars: geneNames.length,
    obs: frame(cellNames),
    var: frame(geneNames),
    async *blocks(request) {
      const range = rowRange(request, cellNames.length);
      yield* rowBlocks(entries, await (survey ??= surveyEntries(entries)), range, options);
    },
    close: () => source.close(),
  };
}

async function readNames(source: ByteSource): Promise<TextMatrix> {
  const path = source.name;
  const max = maxLines(source);
  const down: string[] = [];
  let header: TextHeader | undefined;
  let line = 0;
  let unread: Uint8Array = new Uint8Array();
  const read = (bytes: Uint8Array, from: number, { separator }: { separator: number }): void => {
    for (let at = from; at < bytes.length; line++) {
      if (line > max) throw tooManyLines(path, max);
      const end = nameEnd(bytes, at, separator);
      if (!isBlank(bytes, at, separator)) {
        if (bytes[end] !== separator) throw noSeparator(path, line);
        down.push(unquote(decodeText(bytes.subarray(at, end), path, `line ${line}`)));
      }
      at = bytes.indexOf(10, end) + 1;
    }
  };
  for await (const chunk of readLineChunks(source)) {
    if (header) {
      read(chunk, 0, header);
      continue;
    }
    // A long header may fill several chunks. The line below it determines whether it has a top left field.
    unread = unread.length ? concatBytes([unread, chunk]) : chunk;
    const head = findHead(unread, path);
    if (!head && countLines(unread) > max) throw tooManyLines(path, max);
    if (!head || head.below.length === 0) continue;
    header = readHeader(unread, head, path, max);
    line = header.line;
    read(unread, header.start, header);
  }
  if (!header) {
    const head = findHead(unread, path);
    if (!head) throw new FormatError(path, 'file', 'is empty', 'use a table with a header line');
    header = readHeader(unread, head, path, max);
  }
  return { ...header, source, down };
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10) count++;
  return count;
}

function noSeparator(path: string, line: number): FormatError {
  const remedy = 'the file is damaged or incomplete; download it again';
  return new FormatError(path, `line ${line}`, 'has a name but no values', remedy);
}

type TextHeader = Omit<TextMatrix, 'down' | 'source'>;

/** Reads the names of the columns. The length of the line below determines whether there is a top left field. */
function readHeader(bytes: Uint8Array, head: TableHead, path: string, max: number): TextHeader {
  const fields = (text: string): string[] => {
    const names = (parseRecords(text, head.separator, path)[0] ?? []).map((field) => field.text);
    while (names.length > 1 && names.at(-1) === '') names.pop();
    return names;
  };
  const names = fields(head.header);
  if (names.length > max) throw tooManyLines(path, max);
  const below = head.below[0] === undefined ? undefined : fields(head.below[0]);
  const hasCorner = below ? below.length === names.length : names[0] === '';
  if (below && !hasCorner && below.length !== names.length + 1) {
    throw new FormatError(
      path,
      `line ${head.line}`,
      `names ${names.length} columns but the line below it has ${below.length}`,
      'give every row a value for every column, or download the file again if it is incomplete',
    );
  }
  const across = hasCorner ? names.slice(1) : names;
  checkHeader(path, head.line, hasCorner ? names[0] : undefined, across);
  const start = bytes.indexOf(10, head.start) + 1;
  return { path, separator: head.separator.charCodeAt(0), start, line: head.line + 1, across };
}

function unquote(name: string): string {
  const text = name.trim();
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

function textEntries(text: TextMatrix, byCells: boolean): EntrySource {
  const { source, path, separator, down, across } = text;
  const width = across.length;
  const shape: LineShape = {
    path,
    separator,
    width,
    fractions: { lines: new Uint8Array(down.length), columns: new Uint8Array(width) },
  };
  return {
    rows: byCells ? down.length : width,
    cols: byCells ? width : down.length,
    async *scan() {
      let row = 0;
      let { line, start: skip } = text;
      let out = newEntries(0);
      for await (const bytes of readLineChunks(source)) {
        if (skip >= bytes.length) {
          skip -= bytes.length;
          continue;
        }
        const body = bytes.subarray(skip);
        skip = 0;
        // A value takes at least two bytes: a digit and a separator.
        if (out.rows.length < body.length / 2 + 1) out = newEntries(Math.ceil(body.length / 2) + 1);
        out.length = 0;
        for (let at = 0; at < body.length; line++) {
          const end = nameEnd(body, at, separator);
          if (isBlank(body, at, separator)) at = body.indexOf(10, end) + 1;
          else at = parseNumberLine(body, end + 1, shape, row++, line, out);
        }
        yield byCells ? out : { ...out, rows: out.cols, cols: out.rows };
      }
      const { columns, lines } = shape.fractions;
      checkFractions(path, byCells ? across : down, byCells ? columns : lines, byCells ? 'columns' : 'rows');
    },
  };
}

/**
 * Rejects names that are not gene symbols and have fractions, such as scores, while the genes have integers.
 *
 * @param fractions 1 for every gene with a fraction
 */
function checkFractions(path: string, genes: readonly string[], fractions: Uint8Array, kind: string): void {
  const suspects = genes.filter((name, gene) => fractions[gene] && !isSymbol(name));
  if (suspects.length === 0) return;
  const certain = genes.filter(isSymbol).length;
  const fractional = genes.filter((name, gene) => fractions[gene] && isSymbol(name)).length;
  if (fractional <= 0.1 * certain) throw notGenesError(path, suspects, kind);
}
