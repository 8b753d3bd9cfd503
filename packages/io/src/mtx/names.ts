import { FormatError } from '@geneformer-ts/core';
import { decodeText, readLineChunks, tooManyLines } from '../files/text.js';

/**
 * Calls `take` with the tab-separated fields of every line of a file of names, quotes around fields taken off. The lines are
 * not held.
 *
 * @param most lines that the matrix has names for
 * @returns the number of lines
 * @throws FormatError for more lines than `most`
 */
export async function eachName(
  path: string,
  most: number,
  take: (fields: string[], row: number) => void,
): Promise<number> {
  let row = 0;
  for await (const bytes of readLineChunks(path)) {
    const text = decodeText(bytes, path, `lines from ${row + 1}`);
    for (let at = 0; at < text.length;) {
      const end = text.indexOf('\n', at);
      if (end > at) {
        if (row === most) throw tooManyLines(path, most, 'than the matrix has names for');
        take(text.slice(at, end).split('\t').map(unquote), row++);
      }
      at = end + 1;
    }
  }
  return row;
}

/** The field without the quotes that R's `write.table` puts around it. */
function unquote(field: string): string {
  if (field.length < 2 || !field.startsWith('"') || !field.endsWith('"')) return field;
  return field.slice(1, -1).replaceAll('""', '"');
}

/** Says that the files of names do not belong to the matrix, or that one has a header. */
export function misfit(
  path: string,
  header: { rows: number; cols: number },
  genes: readonly string[],
  barcodes: { count: number; first: string | undefined },
): FormatError {
  const { rows, cols } = header;
  const sizes = `size ${rows} x ${cols} does not fit ${genes.length} genes and ${barcodes.count} barcodes`;
  const fits = (g: number, c: number): boolean => (rows === g && cols === c) || (rows === c && cols === g);
  const headed = [
    ...(fits(genes.length - 1, barcodes.count) ? [`the genes' first line is '${genes[0] ?? ''}'`] : []),
    ...(fits(genes.length, barcodes.count - 1) ? [`the barcodes' first line is '${barcodes.first ?? ''}'`] : []),
  ];
  return headed.length > 0
    ? new FormatError(
        path,
        'Matrix Market header',
        `${sizes}: there is one name too many`,
        `${headed.join(' and ')}; delete it if it is a header`,
      )
    : new FormatError(
        path,
        'Matrix Market header',
        sizes,
        'use the features and barcodes files that came with this matrix',
      );
}
