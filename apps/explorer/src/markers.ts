import { columnAsStrings } from '@geneformer-ts/io/anndata';
import { readableCounts } from 'geneformer/parts';
import type { Marker } from './protocol.js';
import type { Run, Session } from './session.js';

/** Number of genes that are returned. */
const GENES = 20;

/**
 * Returns the genes that selected cells express most above the others, by the difference of their mean levels, log(1 + counts per
 * 10,000). Cells of a selection are chosen by eye from the same counts, so this ranks genes and tests nothing.
 */
export async function markersOf(
  { cells }: Session,
  selected: Int32Array,
  { onProgress, signal }: Run,
): Promise<Marker[]> {
  const { matrix } = await readableCounts(cells, {});
  const isInside = new Uint8Array(matrix.nObs);
  for (const row of selected) isInside[row] = 1;
  const groups = [0, 1].map(() => ({ sum: new Float64Array(matrix.nVars), cells: new Int32Array(matrix.nVars) }));
  for await (const { rowStart, rows, indptr, indices, data } of matrix.blocks()) {
    signal.throwIfAborted();
    for (let row = 0; row < rows; row++) {
      const { sum, cells: expressing } = groups[isInside[rowStart + row]];
      let total = 0;
      for (let k = indptr[row]; k < indptr[row + 1]; k++) total += data[k];
      for (let k = indptr[row]; k < indptr[row + 1]; k++) {
        sum[indices[k]] += Math.log1p((1e4 * data[k]) / total);
        expressing[indices[k]]++;
      }
    }
    onProgress({ stage: 'markers', done: rowStart + rows, total: matrix.nObs, unit: 'cells' });
  }
  const [outside, inside] = groups;
  const [n, m] = [selected.length, Math.max(1, matrix.nObs - selected.length)];
  const difference = inside.sum.map((sum, gene) => sum / n - outside.sum[gene] / m);
  const order = Array.from(difference.keys()).sort((a, b) => difference[b] - difference[a]);
  const symbols = ['gene_symbols', 'gene_name', 'feature_name'].find((name) => matrix.var.columns.has(name));
  const named = symbols === undefined ? undefined : matrix.var.columns.get(symbols);
  const names = named ? columnAsStrings(named) : matrix.var.index;
  return order.slice(0, GENES).map((gene) => ({
    gene: names[gene] ?? matrix.var.index[gene],
    difference: difference[gene],
    inside: inside.cells[gene] / n,
    outside: outside.cells[gene] / m,
  }));
}
