import { ArgumentError } from '@geneformer-ts/core';
import { stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { tableFormats } from '../tables/vector-table.js';

/** Formats that vectors can be written in. */
export const outputFormats = ['h5ad', 'zarr', ...tableFormats] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Describes the option for the output in a help text: `file to write: .h5ad, .zarr or .csv`. */
export function writes(formats: readonly OutputFormat[] = outputFormats): string {
  const endings = formats.map((name) => `.${name}`);
  return `file to write: ${endings.slice(0, -1).join(', ')} or ${endings.at(-1)}`;
}

/** Whether the output is a copy of the file of cells with additions; else it is a table of the results alone. */
export function isAnnData(format: OutputFormat): format is 'h5ad' | 'zarr' {
  return format === 'h5ad' || format === 'zarr';
}

/**
 * Returns the format of an output file: the option, else its ending.
 *
 * @param allowed formats that the command can write; default all
 * @throws ArgumentError for an ending that is not known, or that belongs to another format than the option
 */
export function outputFormat<Format extends OutputFormat = OutputFormat>(
  out: string,
  format: unknown,
  allowed: readonly Format[] = outputFormats as readonly OutputFormat[] as readonly Format[],
): Format {
  const ending = extname(out).slice(1).toLowerCase();
  if (typeof format === 'string') {
    if ((format === 'zarr') === (ending === 'zarr')) return format as Format;
    throw new ArgumentError(
      'format',
      `'${format}' does not fit '${out}'`,
      'end the name of a zarr store, and no other, in .zarr',
    );
  }
  const found = allowed.find((name) => name === ending);
  if (found !== undefined) return found;
  throw new ArgumentError(
    'out',
    `'${out}' does not end in a known format`,
    `end it in .${allowed.join(', .')}, or give --format`,
  );
}

/**
 * Checks before a long computation that its result can be written.
 *
 * @throws ArgumentError if the folder is missing, or the output is an input, also through a link
 */
export async function checkOutput(out: string, ...inputs: readonly string[]): Promise<void> {
  for (const input of inputs) {
    if (await isSame(out, input)) throw new ArgumentError('out', `'${out}' is the input`, 'name another file');
  }
  const info = await stat(dirname(resolve(out))).catch(() => undefined);
  if (info?.isDirectory() !== true)
    throw new ArgumentError('out', `the folder of '${out}' does not exist`, 'create it first');
}

/** Returns whether two paths are the same file, also through links. */
async function isSame(a: string, b: string): Promise<boolean> {
  if (resolve(a) === resolve(b)) return true;
  const [first, second] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}
