/** The committed results of a benchmark: a row per measurement. Rows that were not asked for stay as they were. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes rows into a file of results, beside those that it has.
 *
 * @param {string} file
 * @param machine of `describeMachine`
 * @param {{ name: string }[]} rows new rows
 * @param {{ name: string }[]} order all rows of the benchmark, in the order of the file; rows of other names are left out
 */
export function saveRows(file, machine, rows, order) {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).rows ?? []) : [];
  const all = order.flatMap(({ name }) => [...rows, ...kept].find((row) => row.name === name) ?? []);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine, rows: all }, null, 2)}\n`);
}

/** Returns the rows that `--rows` names, or all. */
export function askedRows(rows, names) {
  return rows.filter(({ name }) => !names || names.split(',').includes(name));
}
