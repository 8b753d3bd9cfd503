/** Computes the vector of every cell once, from the pretrained model as it is: layouts, classifiers and the label curve share them. */
import { BertForMaskedLM, embedCells, selectCells } from '@geneformer-ts/model';
import { readTokenized, readVocabulary } from '@geneformer-ts/tokenizer';
import { writeMatrix } from '../data/matrix-file.js';
import { type Pretrained, pretrainedFolder } from '../data/pretrained.js';
import { locate, readSplit } from '../data/study-cells.js';
import { startCompute } from '../run/compute.js';
import { defineStage, from } from '../run/define.js';
import { vectorsParams } from './cell.params.js';
import type splitStage from './split.js';
import type tokenize from './tokenize.js';

export default defineStage({
  name: 'vectors',
  params: vectorsParams,
  inputs: { split: from<typeof splitStage>(), tokenize: from<typeof tokenize>(), start: from<Pretrained>() },
  outputs: { vectors: 'vectors.safetensors' },
  cores: 'half',
  computes: true,
  async run({ params: { layer, pooling }, inputs, output, cores, progress }) {
    await startCompute(cores);
    const split = await readSplit(inputs.split);
    const vocabulary = await readVocabulary(inputs.tokenize.file('vocabulary'));
    const tokenized = await readTokenized(inputs.tokenize.folder('cells'));
    const cells = selectCells(tokenized, locate(split, tokenized.cellIds, inputs.tokenize.folder('cells')));
    const model = await BertForMaskedLM.fromPretrained(pretrainedFolder(inputs.start), { vocabulary });
    const vectors = await embedCells(model, cells, { layer, pooling, onProgress: progress });
    await writeMatrix(output.vectors, 'vectors', vectors);
    return { facts: { width: vectors.cols } };
  },
});
