import { decodeText } from './text.js';

/** The beginning of a text table. */
export interface TableHead {
  /** Bytes before the first line that is neither blank nor a comment. */
  start: number;
  /** Number of that line in the file, counted from 1. */
  line: number;
  header: string;
  /** The first lines below the header. */
  below: string[];
  separator: string;
}

/** Number of lines below the header that are used to detect the separator. */
const SAMPLE_LINES = 5;

/**
 * Finds the header of a table and its separator: tab, comma, semicolon, or the single space of R's `write.table`.
 *
 * Skips leading blank lines and comments (`#`, `%`). A commented line is the header if it has one field per column
 * (`#barcode<tab>cluster`).
 *
 * @param bytes whole lines from the beginning of the file
 * @returns undefined when all lines are blank or comments
 */
export function findHead(bytes: Uint8Array, path: string): TableHead | undefined {
  const lines: { at: number; line: number; text: string }[] = [];
  let comment: { at: number; line: number; text: string } | undefined;
  let line = 0;
  for (let at = 0; at < bytes.length && lines.length <= SAMPLE_LINES;) {
    const end = bytes.indexOf(10, at);
    const text = decodeText(bytes.subarray(at, end), path, `line ${++line}`);
    if (lines.length === 0 && /^\s*[#%]/.test(text)) comment = { at, line, text };
    else if (text.trim() !== '') lines.push({ at, line, text });
    at = end + 1;
  }
  const [first, ...rest] = lines;
  if (!first) return undefined;
  if (comment && isHeader(comment.text, [first.text, ...rest.map(({ text }) => text)])) {
    const mark = comment.text.search(/[#%]/) + 1;
    const header = comment.text.slice(mark);
    const below = lines.map(({ text }) => text);
    const start = comment.at + new TextEncoder().encode(comment.text.slice(0, mark)).length;
    return { start, line: comment.line, header, below, separator: separatorOf(header, below) };
  }
  const below = rest.map(({ text }) => text);
  return { start: first.at, line: first.line, header: first.text, below, separator: separatorOf(first.text, below) };
}

/** Returns whether a commented line names the columns below it: `#a,b` does; a sentence with a comma after `# ` does not. */
function isHeader(comment: string, below: readonly string[]): boolean {
  const header = comment.replace(/^\s*[#%]/, '');
  const separator = separatorOf(header, below);
  const width = fieldCount(header, separator);
  if (width < 2 || below.some((line) => fieldCount(line, separator) !== width)) return false;
  return separator === '\t' || (!/^[\s#%]/.test(header) && separator !== ' ');
}

/**
 * Returns the separator that splits every line into as many fields as the header, or into one more, because R omits the
 * name of the first column. Spaces are the last choice, because names contain spaces.
 */
function separatorOf(header: string, below: readonly string[]): string {
  let best = { separator: '', fit: 0, fields: 0 };
  for (const separator of ['\t', ',', ';', ' ']) {
    if (separator === ' ' && best.fit > 0) break;
    const fields = fieldCount(header, separator);
    const counts = below.map((line) => fieldCount(line, separator));
    const equal = fields > 1 && counts.every((count) => count === fields);
    const short = counts.length > 0 && counts.every((count) => count === fields + 1);
    const fit = equal ? 2 : short ? 1 : 0;
    if (fit > best.fit || (fit > 0 && fit === best.fit && best.separator !== '\t' && fields > best.fields)) {
      best = { separator, fit, fields };
    }
  }
  if (best.fit > 0) return best.separator;
  return ['\t', ',', ';'].find((candidate) => header.includes(candidate)) ?? ',';
}

/** Returns the number of fields of a line. Trailing separators, which spreadsheets write, do not count. */
function fieldCount(line: string, separator: string): number {
  let count = 1;
  let last = 1;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (char === '"') quoted = !quoted;
    if (char === separator && !quoted) count++;
    else if (char !== ' ' || separator === ' ') last = count;
  }
  return last;
}
