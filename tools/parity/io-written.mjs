/**
 * Writes packages/io/fixtures/written.h5ad from sample.json with the package itself, for anndata to read back:
 *
 *     node tools/build/build.mjs packages/io
 *     node tools/parity/io-written.mjs packages/io/fixtures
 *     /usr/bin/python3 tools/parity/io-h5ad.py packages/io/fixtures
 *
 * A test then holds the writer to these bytes, and these bytes to what anndata found in them.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeH5ad } from '../../packages/io/dist/index.js';

const folder = process.argv[2];
const sample = JSON.parse(await readFile(path.join(folder, 'sample.json'), 'utf8'));

const column = (stored) => {
  if (stored.kind === 'number') return { kind: 'number', values: Float64Array.from(stored.values) };
  if (stored.kind === 'categorical') return { ...stored, codes: Int32Array.from(stored.codes) };
  return stored;
};
const frame = ({ index, ...columns }) => ({
  index,
  columns: new Map(Object.entries(columns).map(([name, stored]) => [name, column(stored)])),
});
const blocks = sample.rows.map((row, rowStart) => {
  const indices = row.flatMap((value, i) => (value ? [i] : []));
  return {
    rowStart,
    rows: 1,
    cols: row.length,
    indptr: Int32Array.of(0, indices.length),
    indices: Int32Array.from(indices),
    data: Float32Array.from(indices, (i) => row[i]),
  };
});

await writeH5ad(path.join(folder, 'written.h5ad'), {
  obs: frame(sample.obs),
  var: frame(sample.var),
  blocks,
  uns: sample.uns,
});
