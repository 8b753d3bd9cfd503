/** Measures frozen vectors of cells and classifiers on genes at several numbers of labels, each with several draws of the labels. */
import { namedRandom } from '@geneformer-ts/core';
import { writeFile } from 'node:fs/promises';
import { BertForMaskedLM, embedCells, selectCells } from '@geneformer-ts/model';
import { readTokenized, readVocabulary } from '@geneformer-ts/tokenizer';
import type { DenseMatrix } from '@geneformer-ts/baselines';
import { type CurvePoint, type CurveRow, measureCurve } from '../curve/measure-curve.js';
import { readFeatures } from '../data/features.js';
import { levelsOf, linearScores } from '../data/linear-vectors.js';
import { type Pretrained, pretrainedConfig, pretrainedFolder } from '../data/pretrained.js';
import { locate, readSplit } from '../data/study-cells.js';
import { startCompute } from '../run/compute.js';
import { defineStage, from } from '../run/define.js';
import { labelCurveParams } from './label-curve.params.js';
import type linearModel from './linear-model.js';
import { readLinearModel } from './linear-model.js';
import type dataStage from './data.js';
import type splitStage from './split.js';
import type tokenize from './tokenize.js';

/** `label-curve.json`: macro F1 by number of labels. */
export interface LabelCurve {
  draws: number;
  rows: { name: string; label: string; points: CurvePoint[] }[];
}

export default defineStage({
  name: 'label-curve',
  params: labelCurveParams,
  inputs: {
    data: from<typeof dataStage>(),
    split: from<typeof splitStage>(),
    tokenize: from<typeof tokenize>(),
    linear: from<typeof linearModel>(),
    start: from<Pretrained>(),
  },
  outputs: { 'published/label-curve.json': 'label-curve.json' },
  cores: 'half',
  computes: true,
  async run({ params, inputs, output, cores, progress, signal }) {
    await startCompute(cores);
    const split = await readSplit(inputs.split);
    const vocabulary = await readVocabulary(inputs.tokenize.file('vocabulary'));
    const tokenized = await readTokenized(inputs.tokenize.folder('cells'));
    const cells = selectCells(tokenized, locate(split, tokenized.cellIds, inputs.tokenize.folder('cells')));
    const levels = levelsOf(cells, vocabulary.size);
    // Classifiers on genes read all counts, also of genes beyond the maximum length of the token lists.
    const genes = await readFeatures({ kind: 'log1p', scale: false }, split, inputs, progress);
    const vectors = await readLinearModel(inputs.linear);
    const trained = await BertForMaskedLM.fromPretrained(pretrainedFolder(inputs.start), { vocabulary });
    const random = BertForMaskedLM.fromConfig(await pretrainedConfig(inputs.start), { seed: params.seed, vocabulary });
    const sources: Record<(typeof params.rows)[number], () => Promise<Omit<CurveRow, 'name'>>> = {
      geneformer: async () => scaled('Geneformer, pretrained, frozen', await embedCells(trained, cells)),
      'geneformer-random': async () => scaled('Geneformer, random weights, frozen', await embedCells(random, cells)),
      linear: async () => scaled('Linear model, same unlabeled cells', linearScores(levels, vectors)),
      'random-vectors': async () =>
        scaled('Random gene vectors', linearScores(levels, randomVectors(vectors, params.seed))),
      genes: async () => ({ label: 'Logistic regression on genes', vectors: genes, classifier: 'unscaled' }),
      'genes-scaled': async () => ({
        label: 'Logistic regression on scaled genes',
        vectors: genes,
        classifier: 'scaled',
      }),
      boosting: async () => ({ label: 'Gradient boosting on genes', vectors: genes, classifier: 'boosting' }),
    };
    const rows: LabelCurve['rows'] = [];
    const total = params.rows.length * (params.labels.length + 1);
    let done = 0;
    for (const name of params.rows) {
      const row = { name, ...(await sources[name]()) };
      const points = measureCurve(row, split, params, () => {
        signal.throwIfAborted();
        progress({ stage: 'label curve', done: ++done, total, unit: 'points', detail: row.label });
      });
      rows.push({ name, label: row.label, points });
      await new Promise(setImmediate); // lets a pending signal be handled
    }
    const curve: LabelCurve = { draws: params.draws, rows };
    await writeFile(output['published/label-curve.json'], JSON.stringify(curve, null, 2) + '\n');
    return { facts: { rows: rows.length } };
  },
});

function scaled(label: string, { rows, cols, data }: DenseMatrix): Omit<CurveRow, 'name'> {
  return { label, vectors: { rows, cols, data }, classifier: 'scaled' };
}

/** Returns random vectors of genes in the shape of others: the floor of all that is pretrained. */
function randomVectors({ rows, cols }: DenseMatrix, seed: number): DenseMatrix {
  const random = namedRandom(seed, 32);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => random() - 0.5) };
}
