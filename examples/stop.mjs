// Shows progress in your own way, and stops a long call: node stop.mjs cells.h5ad
import { AnnData, Geneformer } from 'geneformer';

const [input = 'cells.h5ad', name = 'mini'] = process.argv.slice(2);
const model = await Geneformer.fromPretrained(name);
const cells = await AnnData.open(input);

const stop = new AbortController();
const onProgress = ({ stage, done, total, unit }) => {
  if (stage === 'embed') stop.abort(new Error(`stopped after ${done} of ${total} ${unit}`));
};
await model.embed(cells, { onProgress, signal: stop.signal }).catch((error) => console.log(error.message));
await cells.close();
