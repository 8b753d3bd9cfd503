// Computes one vector per cell and writes a copy of the file with obsm["X_geneformer"]: node embed.mjs cells.h5ad out.h5ad
import { AnnData, Geneformer } from 'geneformer';

const [input = 'cells.h5ad', output = 'embedded.h5ad', name = 'mini'] = process.argv.slice(2);
const model = await Geneformer.fromPretrained(name);
const cells = await AnnData.open(input);

const embedding = await model.embed(cells);
cells.obsm.set('X_geneformer', embedding);
await cells.write(output);
console.log(`${output}: ${embedding.rows} cells × ${embedding.cols}`);
await cells.close();
