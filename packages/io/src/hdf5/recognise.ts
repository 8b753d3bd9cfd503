import { listSome, UnsupportedError } from '@geneformer-ts/core';
import { modalitiesOf } from '../h5ad/modality.js';
import type { CellFormat } from '../source.js';
import { HdfFile } from './file.js';

/**
 * Which of the formats inside HDF5 a file is, from what lies at its root, else from its name if that is an AnnData file's.
 * @throws UnsupportedError listing what does
 */
export async function recogniseHdf5(path: string): Promise<CellFormat> {
  const file = await HdfFile.open(path);
  try {
    const root = file.keys('');
    if (modalitiesOf(file).length) return 'h5ad';
    if (root.includes('assays') && root.includes('meta.data')) {
      const remedy = "write it as AnnData first, in R: SeuratDisk::Convert('cells.h5seurat', dest = 'h5ad')";
      throw new UnsupportedError(path, 'format', 'h5Seurat', remedy);
    }
    if (['X', 'obs', 'var'].some((name) => root.includes(name))) return 'h5ad';
    if (root.includes('row_attrs') && root.includes('col_attrs')) return 'loom';
    if (root.some((group) => file.keys(group).includes('barcodes'))) return '10x-h5';
    if (/\.h5ad$/i.test(path)) return 'h5ad';
    throw new UnsupportedError(
      path,
      'content',
      `an HDF5 file of ${root.length ? listSome(root) : 'nothing'}`,
      "give an AnnData, loom or 10x file, or set the option 'format' if it is one of those",
    );
  } finally {
    file.close();
  }
}
