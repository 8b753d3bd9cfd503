/**
 * Pretrains a model to recognize cells: two cells of one profile, or two views of one cell, get similar vectors. Starts from the vectors of the
 * linear model.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { columnAsStrings } from '@geneformer-ts/io';
import { BertForMaskedLM, pretrainContrastive, selectCells, startFromGeneVectors } from '@geneformer-ts/model';
import { readTokenized, readVocabulary } from '@geneformer-ts/tokenizer';
import { z } from 'zod';
import { holdOut, PROFILE_COLUMN } from '../data/drawn-cells.js';
import { levelsOf, linearScores } from '../data/linear-vectors.js';
import { modelConfig } from '../data/pretrained.js';
import { startCompute } from '../run/compute.js';
import { defineStage, from } from '../run/define.js';
import type linearModel from './linear-model.js';
import { codesOf, readLinearModel } from './linear-model.js';
import type tokenize from './tokenize.js';
import { contrastParams, modelParams } from './training.params.js';

export default defineStage({
  name: 'contrast',
  params: z.strictObject({ model: modelParams, training: contrastParams }),
  inputs: { tokens: from<typeof tokenize>(), linear: from<typeof linearModel>() },
  outputs: { checkpoint: 'checkpoint', history: 'history.json' },
  computes: true,
  async run({ params, inputs: { tokens, linear }, output, scratch, cores, progress, signal }) {
    await startCompute(cores);
    const { heldOut, ...training } = params.training;
    const vocabulary = await readVocabulary(tokens.file('vocabulary'));
    const corpus = await readTokenized(tokens.folder('corpus'));
    const vectors = await readLinearModel(linear);
    const model = BertForMaskedLM.fromConfig(modelConfig(params.model, vocabulary.size), {
      seed: training.seed,
      vocabulary,
    });
    startFromGeneVectors(model, vectors.data, { seed: training.seed });

    const parts = holdOut(corpus, heldOut);
    const column = corpus.attributes.get(PROFILE_COLUMN);
    const codes = column && codesOf(columnAsStrings(column));
    const paired = (rows: Int32Array) => ({
      cells: selectCells(corpus, rows),
      ...(codes && { profiles: rows.map((row) => codes[row]) }),
    });
    const { cells, ...pairs } = paired(parts.train);
    const imitates = training.distillationWeight > 0;
    const started = performance.now();
    const record = await pretrainContrastive(model, cells, training, {
      ...pairs,
      ...(imitates && { targets: linearScores(levelsOf(cells, vocabulary.size), vectors) }),
      ...(heldOut > 0 && { held: paired(parts.heldOut) }),
      onProgress: progress,
      signal,
      checkpointDir: path.join(scratch, 'resume'),
    });
    const seconds = (performance.now() - started) / 1000;
    await model.savePretrained(output.checkpoint);
    await writeFile(output.history, JSON.stringify({ ...record, resumedFrom: undefined }));
    const last = record.evaluations.at(-1);
    return {
      facts: {
        steps: record.steps,
        trainCells: parts.train.length,
        heldOutCells: parts.heldOut.length,
        finalLoss: record.finalLoss,
        heldOutLoss: last?.loss ?? null,
        parameters: model.parameterCount,
      },
      timing: { train: seconds },
    };
  },
});
