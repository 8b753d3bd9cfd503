/** Fine-tunes a gene classifier on the training genes of one fold and predicts the test genes, per gene and per occurrence. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BertForTokenClassification } from '@geneformer-ts/model';
import { readTokenized, readVocabulary, type Vocabulary } from '@geneformer-ts/tokenizer';
import { z } from 'zod';
import { dataFile } from '../data/data-files.js';
import { modelConfig, type Pretrained, pretrainedConfig, pretrainedFolder } from '../data/pretrained.js';
import { finetuneFold } from '../gene/finetune-fold.js';
import { seriesName } from '../results/series.js';
import { readGeneSplit } from '../gene/study-genes.js';
import { writePredictions, type Predictions } from '../results/predictions.js';
import { startCompute } from '../run/compute.js';
import { defineStage, from, type MadeBy, optional, type StageResult } from '../run/define.js';
import { modelParams, trainingParams } from './training.params.js';
import { type GeneVariant, geneVariantParams } from './gene.params.js';
import type geneSplit from './gene-split.js';
import type tokenize from './tokenize.js';

const finetuneGenesParams = z.strictObject({
  /** The name of the model. */
  name: z.string(),
  /** Omitted where a randomly initialized model has the shape of the pretrained one. */
  model: modelParams.optional(),
  training: trainingParams,
  variant: geneVariantParams,
  fold: z.int(),
});
type Params = z.infer<typeof finetuneGenesParams>;

interface Facts {
  label: string;
  family: string;
  init: 'pretrained' | 'random';
  learning?: 'supervised';
  parameters?: number;
  unseen?: number;
  occurrences?: number;
  /** The checkpoint that was not found; the model is then skipped. */
  absent?: string;
}

export default defineStage({
  name: 'gene-finetune',
  params: finetuneGenesParams,
  inputs: { tokenize: from<typeof tokenize>(), split: from<typeof geneSplit>(), start: optional<Pretrained>() },
  outputs: {
    predictions: { optional: 'predictions.arrow' },
    occurrences: { optional: 'occurrences.arrow' },
    history: { optional: 'history.json' },
  },
  cores: 'half',
  computes: true,
  files: ({ variant: { init } }) => [typeof init === 'string' ? undefined : init.checkpoint],
  async run({ params, inputs, output, scratch, cores, progress, signal }): Promise<StageResult<Facts>> {
    const { name, variant, training, fold } = params;
    const init = variant.init === 'random' ? ('random' as const) : ('pretrained' as const);
    const about = { label: variant.label, family: 'transformer', init };
    const absent = absentCheckpoint(variant);
    if (absent !== undefined) return { facts: { ...about, absent } };

    await startCompute(cores);
    const split = await readGeneSplit(inputs.split);
    const vocabulary = await readVocabulary(inputs.tokenize.file('vocabulary'));
    const { freezeLayers, freezeEmbeddings, classWeights, tokenWeighting, numTrainEpochs, learningRate } = variant;
    const folds = finetuneFold({
      startingModel: () => startingModel(params, split.classes, vocabulary, inputs.start),
      split,
      cells: await readTokenized(inputs.tokenize.folder('cells')),
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

    const series = new Map<string, Predictions>();
    const facts: Facts = { ...about, learning: 'supervised' };
    const timing = { train: 0, predict: 0 };
    for await (const { share, genes, occurrences, record, unseen, parameters, seconds } of folds) {
      series.set(seriesName(name, share), genes);
      if (share !== 1) continue;
      Object.assign(timing, seconds);
      Object.assign(facts, { parameters, unseen, occurrences: occurrences.truth.length });
      await writePredictions(output.occurrences, new Map([[name, occurrences]]));
      await writeFile(output.history, JSON.stringify({ ...record, resumedFrom: undefined }));
    }
    await writePredictions(output.predictions, series);
    return { facts, timing };
  },
});

async function startingModel(
  { model, training, variant }: Params,
  labels: string[],
  vocabulary: Vocabulary,
  start: MadeBy<Pretrained> | undefined,
): Promise<BertForTokenClassification> {
  const options = { labels, seed: training.seed, vocabulary };
  if (variant.init === 'random') {
    const config = model ? modelConfig(model, vocabulary.size) : await pretrainedConfig(start);
    return BertForTokenClassification.fromConfig(config, options);
  }
  const pretrained = variant.init === 'pretrained' ? pretrainedFolder(start) : dataFile(variant.init.checkpoint);
  return BertForTokenClassification.fromPretrained(pretrained, options);
}

/** Returns the name of the variant's checkpoint if it is not there. */
function absentCheckpoint({ init }: GeneVariant): string | undefined {
  if (typeof init === 'string') return undefined;
  const weights = ['model.safetensors', 'pytorch_model.bin'];
  return weights.some((file) => existsSync(path.join(dataFile(init.checkpoint), file))) ? undefined : init.checkpoint;
}
