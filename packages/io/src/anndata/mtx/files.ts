import { type ByteSource, FieldMissingError, FormatError } from '@geneformer-ts/core';
import { decodeText, readLineChunks, tooManyLines } from '../../base/text.js';

/** Names of the three files of a matrix: entries, features and barcodes. */
export interface MtxFiles {
  matrix: string;
  features: string;
  barcodes: string;
  /** Other files that could have named the genes or the cells. */
  unused: string[];
}

/** Names of the three files by tool. `*` is a common prefix (`GSM123_matrix.mtx.gz`). Each may be gzip. */
const LAYOUTS = [
  // Cell Ranger and STARsolo; the genes are in features.tsv (Cell Ranger 3) or genes.tsv (2).
  { matrix: '*matrix.mtx', features: ['*features.tsv', '*genes.tsv'], barcodes: ['*barcodes.tsv'] },
  // kallisto | bustools.
  { matrix: '*cells_x_genes.mtx', features: ['*cells_x_genes.genes.txt'], barcodes: ['*cells_x_genes.barcodes.txt'] },
  // alevin and alevin-fry.
  { matrix: '*quants_mat.mtx', features: ['*quants_mat_cols.txt'], barcodes: ['*quants_mat_rows.txt'] },
  // Other count matrices of STARsolo, beside its matrix.mtx.
  { matrix: '*.mtx', features: ['features.tsv', 'genes.tsv'], barcodes: ['barcodes.tsv'] },
];

/**
 * Finds the three files of a matrix among the names of a folder, or those beside the file `matrix`. Knows the names of Cell Ranger, STARsolo,
 * kallisto | bustools and alevin.
 *
 * @param path the folder or the matrix, for messages
 * @throws FieldMissingError; FormatError when a folder contains several matrices
 */
export function findMtxFiles(path: string, names: readonly string[], matrix: string | undefined): MtxFiles {
  const wanted = matrix === undefined ? names : [matrix];
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
        `contains several matrices (${first.name}, ${second.name})`,
        'use the path of one .mtx file',
      );
    }
    const unused: string[] = [];
    const pick = (candidates: readonly string[]): string => {
      // Not as a text: '$$' in a prefix would stand for one '$'.
      const plain = candidates.map((name) => name.replace('*', () => first.prefix));
      const options = plain.flatMap((name) => [name, `${name}.gz`]);
      const [found, ...others] = options.filter((name) => names.includes(name));
      unused.push(...others);
      if (found) return found;
      throw new FieldMissingError(path, options.join(' or '), [...names].sort(), 'put it beside the matrix');
    };
    return { matrix: first.name, features: pick(layout.features), barcodes: pick(layout.barcodes), unused };
  }
  throw new FieldMissingError(
    path,
    'matrix.mtx or matrix.mtx.gz',
    [...names].sort(),
    'use the path of a 10x matrix folder or of a zarr store',
  );
}

function prefixOf(name: string, pattern: string): string | undefined {
  const plain = name.replace(/\.gz$/, '');
  const end = pattern.slice(1);
  return plain.endsWith(end) ? plain.slice(0, -end.length) : undefined;
}

/**
 * Calls `visit` with the tab-separated fields of every line of a file of names, without quotes. Streams the lines.
 *
 * @param max number of lines that the matrix has rows or columns for
 * @returns the number of lines
 * @throws FormatError for more than `max` lines
 */
export async function forEachName(
  source: ByteSource,
  max: number,
  visit: (fields: string[], row: number) => void,
): Promise<number> {
  const path = source.name;
  let row = 0;
  for await (const bytes of readLineChunks(source)) {
    const text = decodeText(bytes, path, `lines from ${row + 1}`);
    for (let at = 0; at < text.length;) {
      const end = text.indexOf('\n', at);
      if (end > at) {
        if (row === max) throw tooManyLines(path, max, 'too many for the size of the matrix');
        visit(text.slice(at, end).split('\t').map(unquote), row++);
      }
      at = end + 1;
    }
  }
  return row;
}

/** Removes the quotes that R's `write.table` adds. */
function unquote(field: string): string {
  if (field.length < 2 || !field.startsWith('"') || !field.endsWith('"')) return field;
  return field.slice(1, -1).replaceAll('""', '"');
}

/** Returns the error for files of names that do not belong to the matrix, or that have a header. */
export function sizeMismatch(
  path: string,
  header: { rows: number; cols: number },
  genes: readonly string[],
  barcodes: { count: number; first: string | undefined },
): FormatError {
  const { rows, cols } = header;
  const sizes = `size ${rows} x ${cols} does not match ${genes.length} genes and ${barcodes.count} barcodes`;
  const fits = (g: number, c: number): boolean => (rows === g && cols === c) || (rows === c && cols === g);
  const withHeader = [
    ...(fits(genes.length - 1, barcodes.count) ? [`the first line of the genes is '${genes[0] ?? ''}'`] : []),
    ...(fits(genes.length, barcodes.count - 1) ? [`the first line of the barcodes is '${barcodes.first ?? ''}'`] : []),
  ];
  return withHeader.length > 0
    ? new FormatError(
        path,
        'Matrix Market header',
        `${sizes}: there is one name too many`,
        `${withHeader.join(' and ')}; delete it if it is a header`,
      )
    : new FormatError(
        path,
        'Matrix Market header',
        sizes,
        'use the features and barcodes files that came with this matrix',
      );
}
