import { highlyVariableGenes, PCA, selectColumns, selectRows } from '@geneformer-ts/analysis';
import { log1pCp10k } from '@geneformer-ts/baselines';
import type { CsrMatrix, DenseMatrix } from '@geneformer-ts/core';
import { columnAsStrings, type CountMatrix } from '@geneformer-ts/io';

/**
 * Reads the expression levels, log(1 + counts per 10,000), of some rows.
 *
 * @param rows rows of the matrix; the result has them in this order
 */
export async function levelsOf(matrix: CountMatrix, rows: Int32Array, signal?: AbortSignal): Promise<CsrMatrix> {
  const wanted = new Uint8Array(matrix.nObs);
  for (const row of rows) wanted[row] = 1;
  const indptr = [0];
  const parts: { indices: Int32Array; data: Float32Array }[] = [];
  const placeOf = new Map<number, number>();
  for await (const block of matrix.blocks()) {
    signal?.throwIfAborted();
    for (let r = 0; r < block.rows; r++) {
      if (wanted[block.rowStart + r] === 0) continue;
      const [start, end] = [block.indptr[r], block.indptr[r + 1]];
      parts.push({
        indices: block.indices.slice(start, end),
        data: Float32Array.from(block.data.subarray(start, end)),
      });
      placeOf.set(block.rowStart + r, parts.length - 1);
      indptr.push(indptr[indptr.length - 1] + end - start);
    }
  }
  const size = indptr[indptr.length - 1];
  const counts = {
    rows: parts.length,
    cols: matrix.nVars,
    indptr: Int32Array.from(indptr),
    indices: new Int32Array(size),
    data: new Float32Array(size),
  };
  parts.forEach(({ indices, data }, at) => {
    counts.indices.set(indices, indptr[at]);
    counts.data.set(data, indptr[at]);
  });
  return selectRows(
    log1pCp10k(counts),
    rows.map((row) => placeOf.get(row) as number),
  );
}

/** Returns the usual vectors without a transformer: 50 principal components of the 2,000 most variable genes. */
export function componentsOf(levels: CsrMatrix): DenseMatrix<Float32Array> {
  const genes = highlyVariableGenes(levels, Math.min(2000, levels.cols));
  const nComponents = Math.min(50, levels.rows - 1, genes.length);
  return new PCA({ nComponents }).fitTransform(selectColumns(levels, genes));
}

/** Returns the expression level of a gene in every cell; undefined if no column of var has that symbol or id. */
export async function levelsOfGene(
  matrix: CountMatrix,
  gene: string,
  signal?: AbortSignal,
): Promise<Float32Array | undefined> {
  const texts = [matrix.var.index, ...[...matrix.var.columns.values()].map(columnAsStrings)];
  const column = texts.map((values) => values.indexOf(gene)).find((at) => at >= 0);
  if (column === undefined) return undefined;
  const levels = new Float32Array(matrix.nObs);
  for await (const block of matrix.blocks()) {
    signal?.throwIfAborted();
    for (let r = 0; r < block.rows; r++) {
      let [total, own] = [0, 0];
      for (let i = block.indptr[r]; i < block.indptr[r + 1]; i++) {
        total += block.data[i];
        if (block.indices[i] === column) own += block.data[i];
      }
      levels[block.rowStart + r] = total > 0 ? Math.log1p((own * 1e4) / total) : 0;
    }
  }
  return levels;
}
