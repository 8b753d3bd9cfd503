/** Formats the output of commands as text that fits a terminal of 80 columns. */
import { listSome, printable } from '@geneformer-ts/core';

/** Names and values in two aligned columns. */
export function facts(rows: readonly (readonly [string, string] | false | undefined)[], indent = '  '): string {
  const shown = rows.filter((row) => row !== false && row !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  const left = indent.length + width + 2;
  return shown
    .map(([name, value]) => `${indent}${name.padEnd(width)}  ${wrapped(value, 80 - left, ' '.repeat(left))}`)
    .join('\n');
}

/** Breaks a text between words; the lines after the first begin with `indent`. */
export function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${indent}`);
}

/** A table whose first column is text; the others are right-aligned. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], indent = '  '): string {
  const widths = header.map((name, col) => Math.max(name.length, ...rows.map((row) => row[col].length)));
  const line = (cells: readonly string[]): string =>
    indent +
    cells
      .map((cell, col) => (col === 0 ? cell.padEnd(widths[col]) : cell.padStart(widths[col])))
      .join('  ')
      .trimEnd();
  const rule = indent + '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** `12,345` */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `96.1 %` */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

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

/** Returns text that is safe to print: names in it come from files. */
export function safe(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line, 400))
    .join('\n');
}

/** A path as an argument of a shell command. */
export function quotedPath(path: string): string {
  return /^[\w./:@%+=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
