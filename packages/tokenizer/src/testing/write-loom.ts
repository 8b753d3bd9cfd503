import type { CellSource } from '@geneformer-ts/io';
import h5wasm from 'h5wasm/node';
import type { Group } from 'h5wasm/node';

/** Genes a chunk, and cells: what loompy writes. */
const CHUNK = 64;

/** Copies a source to a loom file, genes × cells and dense, with the columns of `var` and the given ids. Holds the matrix whole. */
export async function writeLoom(path: string, source: CellSource, ids: readonly string[]): Promise<void> {
  const { nObs, nVars } = source;
  const matrix = new Float32Array(nVars * nObs);
  for await (const { rowStart, rows, indptr, indices, data } of source.blocks()) {
    for (let row = 0; row < rows; row++) {
      for (let k = indptr[row]; k < indptr[row + 1]; k++) matrix[indices[k] * nObs + rowStart + row] = data[k]!;
    }
  }
  await h5wasm.ready;
  const file = new h5wasm.File(path, 'w');
  file.create_attribute('LOOM_SPEC_VERSION', '2.0.1');
  file.create_dataset({
    name: 'matrix',
    data: matrix,
    shape: [nVars, nObs],
    dtype: '<f',
    chunks: [CHUNK, CHUNK],
    compression: 1,
  });
  for (const name of ['layers', 'row_graphs', 'col_graphs', 'row_attrs', 'col_attrs']) file.create_group(name);
  texts(file.get('row_attrs') as Group, 'ensembl_id', ids);
  texts(file.get('row_attrs') as Group, 'Gene', source.var.index);
  texts(file.get('col_attrs') as Group, 'CellID', source.obs.index);
  file.close();
}

function texts(group: Group, name: string, values: readonly string[]): void {
  group.create_dataset({ name, data: [...values], shape: [values.length], dtype: 'S' });
}
