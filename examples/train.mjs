// Trains a classifier with whole donors held out, and saves it: node train.mjs cells.h5ad classifier
import { AnnData, Geneformer } from 'geneformer';

const [input = 'cells.h5ad', output = 'classifier', name = 'mini'] = process.argv.slice(2);
const model = await Geneformer.fromPretrained(name);
const cells = await AnnData.open(input);

const classifier = await model.finetune(cells, { labels: 'cell_type', groupBy: 'donor_id' });
await classifier.save(output);
const { scores, cells: parts } = classifier.report;
console.log(`${output}: accuracy ${scores.accuracy.toFixed(2)} on ${parts.test} cells of held-out donors`);
await cells.close();
