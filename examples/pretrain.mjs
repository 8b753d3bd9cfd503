// Pretrains a small model on your own cells: node pretrain.mjs corpus.h5ad my-model
import { AnnData, Geneformer, pretrainModel } from 'geneformer';

const [input = 'corpus.h5ad', output = 'my-model'] = process.argv.slice(2);
const corpus = await AnnData.open(input);
const { genes, heldOutLoss } = await pretrainModel([corpus], output, { preset: 'tiny', epochs: 1 });
const model = await Geneformer.fromPretrained(output);
console.log(`${output}: ${model.parameterCount} weights, ${genes} genes, loss ${heldOutLoss.toFixed(1)}`);
await corpus.close();
