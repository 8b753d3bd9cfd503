import { surveyEntries, type Entries, type EntrySource, type Survey } from '../entries.js';
import { ArgumentError, FormatError } from '../errors.js';
import { readLineChunks } from '../files/bytes.js';
import type { Frame } from '../frame.js';
import type { CellSource, OpenOptions, Orientation } from '../source.js';
import { rowRange } from '../range.js';
import { rowBlocks } from '../transpose.js';
import { parseRecords, separatorOf } from './fields.js';
import { nameEnd, parseNumberLine } from './parse.js';

/** The names of both axes of a dense text table, and how to find its numbers. */
interface TextMatrix {
  path: string;
  separator: number;
  headerBytes: number;
  /** Names of the columns, without the corner. */
  across: string[];
  /** Names of the lines. */
  down: string[];
}

const ORIENTATIONS: readonly Orientation[] = ['genes-by-cells', 'cells-by-genes'];

/**
 * Opens a dense CSV or TSV of counts, gzip or plain, whose lines are genes or cells. The header may have an empty or named
 * corner, or none at all (R). The numbers are never held all at once.
 */
export async function openCsv(path: string, options: OpenOptions, cells?: readonly string[]): Promise<CellSource> {
  const text = await readNames(path);
  const orientation = options.orientation ?? guessOrientation(text, cells);
  if (!ORIENTATIONS.includes(orientation)) {
    throw new ArgumentError(
      'orientation',
      `'${String(orientation)}' is unknown`,
      `use '${ORIENTATIONS.join("' or '")}'`,
    );
  }
  const byCells = orientation === 'cells-by-genes';
  const entries = textEntries(text, byCells);
  const [cellNames, geneNames] = byCells ? [text.down, text.across] : [text.across, text.down];
  const frame = (index: string[]): Frame => ({ index, columns: new Map() });

  let survey: Promise<Survey> | undefined;
  return {
    path,
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
    async close() {
      // Every pass opens and closes the file itself.
    },
  };
}

async function readNames(path: string): Promise<TextMatrix> {
  const down: string[] = [];
  let header: Omit<TextMatrix, 'down'> | undefined;
  for await (const bytes of readLineChunks(path)) {
    let at = 0;
    if (!header) {
      header = readHeader(bytes, path);
      at = header.headerBytes;
    }
    while (at < bytes.length) {
      const end = nameEnd(bytes, at, header.separator);
      if (bytes[end] !== header.separator) {
        if (Buffer.from(bytes.subarray(at, end)).toString().trim() !== '') throw noSeparator(path, down.length);
      } else {
        down.push(unquote(Buffer.from(bytes.subarray(at, end)).toString()));
      }
      at = bytes.indexOf(10, end) + 1;
    }
  }
  if (!header) throw new FormatError(path, 'file', 'is empty', 'give a table with a header line');
  return { ...header, down };
}

function noSeparator(path: string, lines: number): FormatError {
  return new FormatError(
    path,
    `line ${lines + 2}`,
    'holds a name but no values',
    'the file is damaged or cut short; fetch it again',
  );
}

/** Reads the header, and the length of the line below it, which tells whether the header has a corner. */
function readHeader(bytes: Uint8Array, path: string): Omit<TextMatrix, 'down'> {
  const headerBytes = bytes.indexOf(10) + 1;
  const line = Buffer.from(bytes.subarray(0, headerBytes)).toString();
  const separator = separatorOf(line);
  const names = (parseRecords(line, separator, path)[0] ?? []).map((field) => field.text);
  const belowEnd = bytes.indexOf(10, headerBytes) + 1;
  const below = parseRecords(Buffer.from(bytes.subarray(headerBytes, belowEnd)).toString(), separator, path)[0];
  const hasCorner = below ? below.length === names.length : names[0] === '';
  return { path, separator: separator.charCodeAt(0), headerBytes, across: hasCorner ? names.slice(1) : names };
}

function unquote(name: string): string {
  const text = name.trim();
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

const GENE = /^(ENS[A-Z]*G\d{11}|ERCC-\d{5})(\.\d+)?$/;

/** Which way round the table is, from gene identifiers, else from the cells that the caller knows of. */
function guessOrientation(text: TextMatrix, cells?: readonly string[]): Orientation {
  const genes = (names: string[]): number => names.reduce((count, name) => count + (GENE.test(name) ? 1 : 0), 0);
  const [down, across] = [genes(text.down) / text.down.length, genes(text.across) / text.across.length];
  if (down > 0.5 && !(across > 0.5)) return 'genes-by-cells';
  if (across > 0.5 && !(down > 0.5)) return 'cells-by-genes';
  const known = new Set(cells);
  const found = (names: string[]): boolean => names.length > 0 && names.every((name) => known.has(name));
  if (found(text.across)) return 'genes-by-cells';
  if (found(text.down)) return 'cells-by-genes';
  throw new ArgumentError(
    'orientation',
    `cannot be told from the names in ${text.path} ('${text.down[0] ?? ''}' down, '${text.across[0] ?? ''}' across)`,
    "set it to 'genes-by-cells' or 'cells-by-genes'",
  );
}

function textEntries(text: TextMatrix, byCells: boolean): EntrySource {
  const width = text.across.length;
  return {
    rows: byCells ? text.down.length : width,
    cols: byCells ? width : text.down.length,
    async *scan() {
      let line = 0;
      let skip = text.headerBytes;
      let out = room(0);
      for await (const bytes of readLineChunks(text.path)) {
        const body = bytes.subarray(skip);
        skip = 0;
        // A value takes at least a digit and a separator.
        if (out.rows.length < body.length / 2 + 1) out = room(Math.ceil(body.length / 2) + 1);
        out.length = 0;
        for (let at = 0; at < body.length;) {
          const end = nameEnd(body, at, text.separator);
          if (body[end] === text.separator) {
            at = parseNumberLine(body, end + 1, text.separator, width, line++, out, text.path);
          } else {
            at = end + 1;
          }
        }
        yield byCells ? out : { ...out, rows: out.cols, cols: out.rows };
      }
    },
  };
}

function room(size: number): Entries & { values: Float64Array } {
  return { length: 0, rows: new Int32Array(size), cols: new Int32Array(size), values: new Float64Array(size) };
}
