import { AnnData, writeH5ad } from './dist/index.js';
const n = 5;
const columns = new Map(Array.from({ length: 300 }, (_, i) => [`column${String((i * 7) % 300).padStart(3, '0')}`, { kind: 'number', values: new Float64Array(n).fill(i) }]));
const index = ['a','b','c','d','e'];
await writeH5ad('/tmp/anndata/many.h5ad', { obs: { index, columns }, var: { index: ['g'], columns: new Map() }, compression: 0, blocks: [{ rowStart: 0, rows: n, cols: 1, indptr: new Int32Array(n + 1), indices: new Int32Array(0), data: new Float32Array(0) }] });
let from = '/tmp/anndata/many.h5ad';
for (let round = 0; round < 7; round++) {
  const a = await AnnData.open(from);
  let k = 0;
  for (const name of [...a.obs.keys()]) { if (Math.random() < [0.3, 1, 0.5, 1, 0.05, 0.9, 1][round]) { a.obs.set(name, Array.from({ length: n }, () => name + round), { replace: true }); k++; } }
  a.obs.set('new' + round, [1,2,3,4,5]);
  await a.write(`/tmp/anndata/many${round}.h5ad`);
  await a.close();
  from = `/tmp/anndata/many${round}.h5ad`;
  console.log(round, k);
}
