import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FieldMissingError, FormatError, fileError } from '../errors.js';

/** The three files of a 10x matrix. */
export interface MtxFiles {
  matrix: string;
  features: string;
  barcodes: string;
}

const MATRIX = /^(.*?)matrix\.mtx(\.gz)?$/;

/**
 * Finds the three files of a 10x matrix: in a folder, or beside a given `matrix.mtx(.gz)`. A common prefix
 * (`GSM123_matrix.mtx.gz`, `GSM123_features.tsv.gz`) is allowed. Genes are in `features.tsv` (Cell Ranger 3) or `genes.tsv` (2).
 * @throws FileMissingError, FieldMissingError, FormatError when a folder holds several
 */
export async function findMtxFiles(path: string): Promise<MtxFiles> {
  const folder = (await isFolder(path)) ? path : dirname(path);
  const names = await readdir(folder);
  const wanted = folder === path ? names : [basename(path)];
  const matrices = wanted.flatMap((name) => {
    const match = MATRIX.exec(name);
    return match ? [{ name, prefix: match[1] ?? '' }] : [];
  });
  const [first, second] = matrices;
  if (!first)
    throw new FieldMissingError(path, 'matrix.mtx or matrix.mtx.gz', names.sort(), 'name a 10x matrix folder');
  if (second) {
    throw new FormatError(
      path,
      'folder',
      `holds several matrices (${first.name}, ${second.name})`,
      'give the path of one matrix.mtx file',
    );
  }
  const pick = (...candidates: string[]): string => {
    const options = candidates.flatMap((name) => [`${first.prefix}${name}`, `${first.prefix}${name}.gz`]);
    const found = options.find((name) => names.includes(name));
    if (!found) {
      throw new FieldMissingError(path, options.join(' or '), names.sort(), 'put it beside the matrix');
    }
    return join(folder, found);
  };
  return {
    matrix: join(folder, first.name),
    features: pick('features.tsv', 'genes.tsv'),
    barcodes: pick('barcodes.tsv'),
  };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw fileError(path, cause);
  }
}
