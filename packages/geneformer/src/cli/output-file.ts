import { ArgumentError } from '@geneformer-ts/core';
import { access, constants, open, readdir, stat } from 'node:fs/promises';
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

/** What a command writes. Files of other folders than stores and datasets stay, so that these folders may have any files. */
export type OutputKind = 'file' | 'folder' | 'dataset' | OutputFormat;

/** Files of which one is in every folder of the kind. */
const MARKS: Partial<Record<OutputKind, readonly string[]>> = {
  zarr: ['.zgroup', '.zmetadata', 'zarr.json'],
  dataset: ['state.json', 'dataset_info.json'],
};

/**
 * Checks before a long computation that its result can be written.
 *
 * @throws ArgumentError if the output is an input, also through a link, if another kind of thing is at its path, or if its
 *   folder is missing or cannot be written
 */
export async function checkOutput(out: string, kind: OutputKind, ...inputs: readonly string[]): Promise<void> {
  const refuse = (problem: string, remedy: string): ArgumentError => new ArgumentError('out', problem, remedy);
  for (const input of inputs) if (await isSame(out, input)) throw refuse(`'${out}' is the input`, 'name another file');
  const parent = dirname(resolve(out));
  const info = await stat(parent).catch(() => undefined);
  if (info?.isDirectory() !== true) throw refuse(`the folder of '${out}' does not exist`, 'create it first');
  const isFolder = kind === 'folder' || kind in MARKS;
  const found = await stat(out).catch(() => undefined);
  if (found && found.isDirectory() !== isFolder) {
    throw refuse(`'${out}' is a ${isFolder ? 'file' : 'folder'}`, `name a ${isFolder ? 'folder' : 'file'}`);
  }
  if (kind === 'h5ad' && found && found.size > 0 && !(await isHdf5(out))) {
    throw refuse(`'${out}' exists and is not an HDF5 file`, 'name another file, or remove it first');
  }
  const entries = found && isFolder ? await readdir(out).catch(() => []) : [];
  if (entries.length > 0 && MARKS[kind]?.some((mark) => entries.includes(mark)) === false) {
    const what = kind === 'zarr' ? 'a zarr store' : 'a dataset';
    throw refuse(`'${out}' is a folder that is not ${what}`, 'name another one, or remove it first');
  }
  // A file is replaced by renaming, and a folder may be filled, so the folder around it must be writable.
  const place = found && kind === 'folder' ? out : parent;
  await access(place, constants.W_OK).catch(() => {
    throw refuse(`'${place}' cannot be written`, 'name a file in another folder, or change the permissions');
  });
}

async function isHdf5(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
  return buffer.equals(Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'));
}

/** Returns whether two paths are the same file, also through links. */
async function isSame(a: string, b: string): Promise<boolean> {
  if (resolve(a) === resolve(b)) return true;
  const [first, second] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}
