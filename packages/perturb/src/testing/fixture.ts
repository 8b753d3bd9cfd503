import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a file that `tools/parity` wrote. */
export const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

/** Reads a fixture. */
export const readFixture = <T>(name: string): T => JSON.parse(readFileSync(fixture(name), 'utf8')) as T;

/** Cells in memory from lists of tokens. */
export function cellsOf(tokens: readonly (readonly number[])[]) {
  const offsets = new Int32Array(tokens.length + 1);
  tokens.forEach((cell, i) => (offsets[i + 1] = offsets[i] + cell.length));
  return { inputIds: Int32Array.from(tokens.flat()), offsets };
}
