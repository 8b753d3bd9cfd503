import { AnnData, columnAsStrings } from '@geneformer-ts/io';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * Writes the counts of a file in other formats: a table of cells × genes, a Matrix Market folder as Cell Ranger writes it, and
 * zarr stores of both versions.
 */
export async function writeOtherFormats(
  h5ad: string,
  folder: string,
): Promise<{ csv: string; mtx: string; 'zarr 2': string; 'zarr 3': string }> {
  await using cells = await AnnData.open(h5ad);
  const ids = cells.var.index;
  const symbols = columnAsStrings(cells.var.get('symbol'));
  const rows: number[][] = [];
  const entries: string[] = [];
  for await (const { rowStart, rows: count, indptr, indices, data } of cells.blocks()) {
    for (let r = 0; r < count; r++) {
      const row = new Array<number>(cells.nVars).fill(0);
      for (let i = indptr[r]; i < indptr[r + 1]; i++) {
        row[indices[i]] = data[i];
        entries.push(`${indices[i] + 1} ${rowStart + r + 1} ${data[i]}`);
      }
      rows.push(row);
    }
  }
  const csv = join(folder, 'cells.csv');
  const lines = rows.map((row, cell) => `${cells.obs.index[cell]},${row.join(',')}`);
  writeFileSync(csv, `cell,${ids.join(',')}\n${lines.join('\n')}\n`);
  const mtx = join(folder, 'filtered_feature_bc_matrix');
  mkdirSync(mtx);
  const header = `%%MatrixMarket matrix coordinate integer general\n${cells.nVars} ${cells.nObs} ${entries.length}\n`;
  writeFileSync(join(mtx, 'matrix.mtx.gz'), gzipSync(`${header}${entries.join('\n')}\n`));
  writeFileSync(join(mtx, 'barcodes.tsv.gz'), gzipSync(`${cells.obs.index.join('\n')}\n`));
  const features = ids.map((id, gene) => `${id}\t${symbols[gene]}\tGene Expression`);
  writeFileSync(join(mtx, 'features.tsv.gz'), gzipSync(`${features.join('\n')}\n`));
  const stores = { 'zarr 2': join(folder, 'two.zarr'), 'zarr 3': join(folder, 'three.zarr') };
  await cells.write(stores['zarr 2'], { zarrFormat: 2 });
  await cells.write(stores['zarr 3'], { zarrFormat: 3 });
  return { csv, mtx, ...stores };
}
