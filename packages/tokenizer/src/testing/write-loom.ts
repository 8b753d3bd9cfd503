import type { CountMatrix } from '@geneformer-ts/io';
import h5wasm from 'h5wasm/node';
import type { Group } from 'h5wasm/node';

/** Genes per chunk, and cells per chunk, as in files of loompy. */
const CHUNK = 64;

/** Copies a source to a dense loom file (genes × cells) with the given gene ids. Needs the whole matrix in memory. */
export async function writeLoom(path: string, source: CountMatrix, ids: readonly string[]): Promise<void> {
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
