/**
 * Formats the output of commands as text that fits a terminal of 80 columns. Names come from files: each function writes a name
 * on one line, so that a name cannot look like a line of the output.
 */
import { listSome, printable } from '@geneformer-ts/core';

/** Longest text that is written whole. */
const LONGEST = 400;

/** Returns a text as one line that is safe to print. */
const line = (text: string): string => printable(text, LONGEST);

/** The output of a command: a heading, such as the file that was written, and blocks of lines below it. */
export function page(heading: string, ...blocks: readonly (string | false | undefined)[]): string {
  const [first = '', ...rest] = blocks.filter((block) => typeof block === 'string' && block !== '');
  return [`${line(heading)}\n${first}`.trimEnd(), ...rest].join('\n\n');
}

/** Names and values in two aligned columns. */
export function facts(rows: readonly (readonly [string, string] | false | undefined)[], indent = '  '): string {
  const shown = rows.filter((row) => row !== false && row !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  const left = indent.length + width + 2;
  return shown
    .map(([name, value]) => `${indent}${line(name).padEnd(width)}  ${wrapped(value, 80 - left, ' '.repeat(left))}`)
    .join('\n');
}

/** Breaks a text between words; the lines after the first begin with `indent`. */
export function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [''];
  for (const word of printable(text).split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join(`\n${indent}`);
}

/** A table whose first column is text; the others are right-aligned. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], indent = '  '): string {
  const [head, ...body] = [header, ...rows].map((cells) => cells.map(line));
  const widths = head.map((name, col) => body.reduce((most, row) => Math.max(most, row[col].length), name.length));
  const laidOut = (cells: readonly string[]): string =>
    indent +
    cells
      .map((cell, col) => (col === 0 ? cell.padEnd(widths[col]) : cell.padStart(widths[col])))
      .join('  ')
      .trimEnd();
  const rule = indent + '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [laidOut(head), rule, ...body.map(laidOut)].join('\n');
}

/** `12,345`, or a dash for a value that is not defined. */
export const count = (value: number): string => (Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en-US'));

/** `96.1 %`, or a dash for a value that is not defined. */
export const percent = (share: number): string => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`);

/** `0.931`, or a dash for a value that is not defined. */
export const decimal = (value: number, digits = 3): string => (Number.isFinite(value) ? value.toFixed(digits) : '–');

/** `T 697, B 344 and 7 more`: categories with their numbers, the largest first. */
export function counted(counts: ReadonlyMap<string, number>, most = 4): string {
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return listSome(
    sorted.map(([name, cells]) => `${name} ${count(cells)}`),
    most,
  );
}

/** Returns lines that are safe to print, one by one. Does not tell a line of a name from a line of the output: use `line`. */
export function safe(lines: string): string {
  return lines
    .split('\n')
    .map((text) => printable(text))
    .join('\n');
}

/** A path as an argument of a shell command. */
export function quotedPath(path: string): string {
  return /^[\w./:@%+=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
