import { ArgumentError } from '@geneformer-ts/core';
import { stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { tableFormats } from '../tables/vector-table.js';

/** Formats that vectors can be written in. */
export const outputFormats = ['h5ad', ...tableFormats] as const;
export type OutputFormat = (typeof outputFormats)[number];

/**
 * Returns the format of an output file: the option, else its ending.
 *
 * @throws ArgumentError for an ending that is not known
 */
export function outputFormat(out: string, format: unknown): OutputFormat {
  if (typeof format === 'string') return format as OutputFormat;
  const ending = extname(out).slice(1).toLowerCase();
  const found = outputFormats.find((name) => name === ending);
  if (found !== undefined) return found;
  throw new ArgumentError(
    'out',
    `'${out}' does not end in a known format`,
    `end it in .${outputFormats.join(', .')}, or give --format`,
  );
}

/**
 * Checks before a long computation that its result can be written.
 *
 * @throws ArgumentError if the folder is missing, or the output is the input
 */
export async function checkOutput(out: string, input?: string): Promise<void> {
  if (input !== undefined && resolve(out) === resolve(input)) {
    throw new ArgumentError('out', `'${out}' is the input`, 'name another file');
  }
  const info = await stat(dirname(resolve(out))).catch(() => undefined);
  if (info?.isDirectory() !== true)
    throw new ArgumentError('out', `the folder of '${out}' does not exist`, 'create it first');
}
