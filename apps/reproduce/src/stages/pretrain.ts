/** Pretrains a model to predict masked genes of the corpus, which contains no cell of the study. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BertForMaskedLM, pretrain, selectCells } from '@geneformer-ts/model';
import { readTokenized, readVocabulary } from '@geneformer-ts/tokenizer';
import { z } from 'zod';
import { holdOut } from '../data/drawn-cells.js';
import { modelConfig } from '../data/pretrained.js';
import { DataError } from '../errors.js';
import { startCompute } from '../run/compute.js';
import { defineStage, from } from '../run/define.js';
import type encode from './encode.js';
import type tokenize from './tokenize.js';
import { modelParams, pretrainParams } from './training.params.js';

export default defineStage({
  name: 'pretrain',
  params: z.strictObject({ model: modelParams, training: pretrainParams }),
  inputs: { tokens: from<typeof tokenize | typeof encode>() },
  outputs: { checkpoint: 'checkpoint', history: 'history.json' },
  computes: true,
  async run({ params, inputs: { tokens }, output, scratch, cores, progress, signal }) {
    if (!tokens.has('corpus')) {
      throw new DataError('experiment', 'pretrain', 'the data have no corpus; remove this section or add data.corpus');
    }
    await startCompute(cores);
    const { heldOut, ...training } = params.training;
    const vocabulary = await readVocabulary(tokens.file('vocabulary'));
    const corpus = await readTokenized(tokens.folder('corpus'));
    const parts = holdOut(corpus, heldOut);
    const evalCells = selectCells(corpus, parts.heldOut);

    const model = BertForMaskedLM.fromConfig(modelConfig(params.model, vocabulary.size), {
      seed: training.seed,
      vocabulary,
    });
    const started = performance.now();
    const record = await pretrain(model, selectCells(corpus, parts.train), training, {
      ...(heldOut > 0 ? { evalCells } : {}),
      onProgress: progress,
      signal,
      checkpointDir: path.join(scratch, 'resume'),
    });
    const seconds = (performance.now() - started) / 1000;
    await model.savePretrained(output.checkpoint);
    await writeFile(output.history, JSON.stringify({ ...record, resumedFrom: undefined }));
    const heldOutLoss = record.evaluations.at(-1)?.loss ?? null;
    return {
      facts: {
        steps: record.steps,
        trainCells: parts.train.length,
        heldOutCells: parts.heldOut.length,
        finalLoss: record.finalLoss,
        heldOutLoss,
        parameters: model.parameterCount,
      },
      timing: { train: seconds },
    };
  },
});
