/** Fine-tunes a gene classifier on the training genes of one fold and predicts the test genes, per gene and per occurrence. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BertForTokenClassification } from '@geneformer-ts/model';
import { readTokenized, readVocabulary, type Vocabulary } from '@geneformer-ts/tokenizer';
import { dataFile } from '../data/data-files.js';
import { modelConfig, pretrainedConfig, pretrainedFolder } from '../data/pretrained.js';
import { finetuneFold } from '../gene/finetune-fold.js';
import { seriesName } from '../gene/labels.js';
import { readGeneSplit } from '../gene/study-genes.js';
import { writePredictions, type Predictions } from '../results/predictions.js';
import { startCompute } from '../run/compute.js';
import type { Stage, StageInputs } from '../run/stage.js';
import type { ModelParams, TrainingParams } from './training.params.js';
import type { GeneVariant } from './gene.params.js';

export interface GeneFinetuneStageParams {
  /** Undefined where a randomly initialized model has the shape of the pretrained one. */
  model?: ModelParams;
  training: TrainingParams;
  variant: GeneVariant;
  fold: number;
  /** Size and time of the variant's checkpoint, null when the file is missing; undefined when the variant needs no checkpoint. */
  checkpoint?: { bytes: number; modified: number } | null;
}

const stage: Stage<GeneFinetuneStageParams> = {
  async run({ identity, params, inputs, scratch, progress, signal }) {
    const [, name = ''] = identity.words;
    const { variant, training, fold } = params;
    const about = { label: variant.label, family: 'transformer' };
    if (params.checkpoint === null) return { outputs: {}, facts: { ...about, absent: checkpointName(variant) } };

    await startCompute(2); // because Nx runs two folds at a time
    await mkdir(scratch, { recursive: true });
    const split = await readGeneSplit(inputs);
    const vocabulary = await readVocabulary(inputs.file('tokenize', 'vocabulary'));
    const { freezeLayers, freezeEmbeddings, classWeights, tokenWeighting, numTrainEpochs, learningRate } = variant;
    const folds = finetuneFold({
      startingModel: () => startingModel(params, split.classes, vocabulary, inputs),
      split,
      cells: await readTokenized(inputs.folder('tokenize', 'cells')),
      args: {
        ...training,
        ...(numTrainEpochs !== undefined && { numTrainEpochs }),
        ...(learningRate !== undefined && { learningRate }),
        freezeLayers,
        freezeEmbeddings,
        classWeights,
        tokenWeighting,
      },
      fold,
      shares: variant.coverage,
      seed: training.seed,
      onProgress: progress,
      signal,
      checkpointDir: (share) => path.join(scratch, `resume-${share}`),
    });

    const outputs = {
      predictions: path.join(scratch, 'predictions.arrow'),
      occurrences: path.join(scratch, 'occurrences.arrow'),
      history: path.join(scratch, 'history.json'),
    };
    const series = new Map<string, Predictions>();
    const facts: Record<string, unknown> = { ...about, learning: 'supervised' };
    const timing = { train: 0, predict: 0 };
    for await (const { share, genes, occurrences, record, unseen, parameters, seconds } of folds) {
      series.set(seriesName(name, share), genes);
      if (share !== 1) continue;
      Object.assign(timing, seconds);
      Object.assign(facts, { parameters, unseen, occurrences: occurrences.truth.length });
      await writePredictions(outputs.occurrences, new Map([[name, occurrences]]));
      await writeFile(outputs.history, JSON.stringify({ ...record, resumedFrom: undefined }));
    }
    await writePredictions(outputs.predictions, series);
    return { outputs, facts, timing };
  },
};
export default stage;

async function startingModel(
  { model, training, variant }: GeneFinetuneStageParams,
  labels: string[],
  vocabulary: Vocabulary,
  inputs: StageInputs,
): Promise<BertForTokenClassification> {
  const options = { labels, seed: training.seed, vocabulary };
  if (variant.init === 'random') {
    const config = model ? modelConfig(model, vocabulary.size) : await pretrainedConfig(inputs);
    return BertForTokenClassification.fromConfig(config, options);
  }
  const pretrained = variant.init === 'pretrained' ? pretrainedFolder(inputs) : dataFile(variant.init.checkpoint);
  return BertForTokenClassification.fromPretrained(pretrained, options);
}

function checkpointName({ init }: GeneVariant): string {
  return typeof init === 'string' ? init : init.checkpoint;
}
