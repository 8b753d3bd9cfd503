import { fileError } from '@geneformer-ts/core/node';
import { FormatError } from '@geneformer-ts/core';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FieldMissingError } from '../errors.js';

/** The three files of a matrix: its numbers and the names of its two sides. */
export interface MtxFiles {
  matrix: string;
  features: string;
  barcodes: string;
}

/** How tools call the three files; `*` is a common prefix (`GSM123_matrix.mtx.gz`). Each may be gzip. */
const LAYOUTS = [
  // Cell Ranger and STARsolo; the genes are in features.tsv (Cell Ranger 3) or genes.tsv (2).
  { matrix: '*matrix.mtx', features: ['*features.tsv', '*genes.tsv'], barcodes: ['*barcodes.tsv'] },
  // kallisto | bustools.
  { matrix: '*cells_x_genes.mtx', features: ['*cells_x_genes.genes.txt'], barcodes: ['*cells_x_genes.barcodes.txt'] },
  // alevin and alevin-fry.
  { matrix: '*quants_mat.mtx', features: ['*quants_mat_cols.txt'], barcodes: ['*quants_mat_rows.txt'] },
  // STARsolo's other countings, beside its matrix.mtx.
  { matrix: '*.mtx', features: ['features.tsv', 'genes.tsv'], barcodes: ['barcodes.tsv'] },
];

/**
 * Finds the three files of a matrix: in a folder, or beside a given `.mtx(.gz)`, as Cell Ranger, STARsolo, kallisto | bustools
 * and alevin call them.
 * @throws FileMissingError, FieldMissingError, FormatError when a folder holds several
 */
export async function findMtxFiles(path: string): Promise<MtxFiles> {
  const folder = (await isFolder(path)) ? path : dirname(path);
  const names = await readdir(folder);
  const wanted = folder === path ? names : [basename(path)];
  for (const layout of LAYOUTS) {
    const matrices = wanted.flatMap((name) => {
      const prefix = prefixOf(name, layout.matrix);
      return prefix === undefined ? [] : [{ name, prefix }];
    });
    const [first, second] = matrices;
    if (!first) continue;
    if (second) {
      throw new FormatError(
        path,
        'folder',
        `holds several matrices (${first.name}, ${second.name})`,
        'give the path of one .mtx file',
      );
    }
    const pick = (candidates: readonly string[]): string => {
      const options = candidates.map((name) => name.replace('*', first.prefix)).flatMap((name) => [name, `${name}.gz`]);
      const found = options.find((name) => names.includes(name));
      if (found) return join(folder, found);
      throw new FieldMissingError(path, options.join(' or '), names.sort(), 'put it beside the matrix');
    };
    return { matrix: join(folder, first.name), features: pick(layout.features), barcodes: pick(layout.barcodes) };
  }
  throw new FieldMissingError(path, 'matrix.mtx or matrix.mtx.gz', names.sort(), 'name a 10x matrix folder');
}

function prefixOf(name: string, pattern: string): string | undefined {
  const plain = name.replace(/\.gz$/, '');
  const end = pattern.slice(1);
  return plain.endsWith(end) ? plain.slice(0, -end.length) : undefined;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw fileError(path, cause);
  }
}
