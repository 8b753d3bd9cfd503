/** Pretrains a model to predict masked genes of the corpus, which contains no cell of the study. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BertForMaskedLM, pretrain, selectCells } from '@geneformer-ts/model';
import { readTokenized, readVocabulary } from '@geneformer-ts/tokenizer';
import { holdOut } from '../data/drawn-cells.js';
import { modelConfig } from '../data/pretrained.js';
import { DataError } from '../errors.js';
import { startCompute } from '../run/compute.js';
import type { Stage } from '../run/stage.js';
import type { ModelParams, PretrainParams } from './training.params.js';

const stage: Stage<{ model: ModelParams; training: PretrainParams }> = {
  async run({ identity, params, inputs, scratch, progress, signal }) {
    const tokens = inputs.names().find((name) => name === 'tokenize' || name.startsWith('encode-')) ?? 'tokenize';
    if (!inputs.manifest(tokens).outputs['corpus']) {
      throw new DataError('experiment', 'pretrain', 'the data have no corpus; remove this section or add data.corpus');
    }
    // With several encodings, Nx pretrains two models at a time.
    await startCompute(identity.words.length > 1 ? 2 : 1);
    await mkdir(scratch, { recursive: true });
    const { heldOut, ...training } = params.training;
    const vocabulary = await readVocabulary(inputs.file(tokens, 'vocabulary'));
    const corpus = await readTokenized(inputs.folder(tokens, 'corpus'));
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
    const checkpoint = path.join(scratch, 'checkpoint');
    await model.savePretrained(checkpoint);
    const history = path.join(scratch, 'history.json');
    await writeFile(history, JSON.stringify({ ...record, resumedFrom: undefined }));
    const heldOutLoss = record.evaluations.at(-1)?.loss ?? null;
    return {
      outputs: { checkpoint, history },
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
};
export default stage;
