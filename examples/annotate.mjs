// Labels the cells of another file: node annotate.mjs other.h5ad annotated.h5ad classifier
import { AnnData, CellClassifier, toCategorical } from 'geneformer';

const [input = 'other.h5ad', output = 'annotated.h5ad', folder = 'classifier'] = process.argv.slice(2);
const classifier = await CellClassifier.load(folder);
const cells = await AnnData.open(input);

const { label, score } = await classifier.annotate(cells);
cells.obs.set('predicted', toCategorical(label));
cells.obs.set('predicted_score', score);
await cells.write(output);
const unknown = label.filter((name) => name === 'unknown').length;
console.log(`${output}: ${label.length} cells, of which ${unknown} unknown`);
await cells.close();
