// Lists the genes whose vectors are nearest to that of a gene: node genes.mjs cells.h5ad AIRE
import { AnnData, Geneformer } from 'geneformer';

const [input = 'cells.h5ad', gene = 'AIRE', name = 'mini'] = process.argv.slice(2);
const model = await Geneformer.fromPretrained(name);
const cells = await AnnData.open(input);

const { symbols, data, cols } = await model.embedGenes(cells);
const vector = (row) => data.subarray(row * cols, (row + 1) * cols);
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const own = vector(symbols.indexOf(gene));
const cosines = symbols.map((symbol, row) => {
  const other = vector(row);
  return { symbol, cosine: dot(own, other) / Math.sqrt(dot(own, own) * dot(other, other)) };
});
const nearest = cosines.filter(({ symbol }) => symbol !== gene).sort((a, b) => b.cosine - a.cosine);
console.log(
  `${gene}: ${nearest
    .slice(0, 5)
    .map(({ symbol, cosine }) => `${symbol} ${cosine.toFixed(2)}`)
    .join(', ')}`,
);
await cells.close();
