/**
 * A program for tests to kill: fine-tunes a small classifier with all parts of a run's state (accumulation, dropout, evaluations,
 * best weights, early stopping), saves after every update, and prints a line of JSON after each update and at the end.
 *
 *     node training-program.mjs CHECKPOINT_DIR [contrast]
 *
 * With `contrast` it trains the encoder of the classifier on pairs instead.
 *
 * SIGINT stops it through an AbortSignal, as in an application.
 */
import { useBackend } from '@geneformer-ts/engine';
import { presetConfig } from '../bert/presets.js';
import { weightsDigest } from '../models/model.js';
import { BertForSequenceClassification } from '../models/sequence-models.js';
import { finetune } from '../training/finetune.js';
import { pretrainContrastive } from '../training/pretrain-contrastive.js';
import type { TrainingOptions } from '../training/trainer.js';
import { toyCells } from './cells.js';

const [, , checkpointDir = '', objective = 'finetune'] = process.argv;
const print = (fact: object) => process.stdout.write(`${JSON.stringify(fact)}\n`);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

await useBackend('onnx', { threads: 1 });
// A large vocabulary makes saving slow, so that many kills happen during a save.
const config = { ...presetConfig('tiny', 3000), hidden_size: 64, max_position_embeddings: 24 };
const model = BertForSequenceClassification.fromConfig(config, { labels: ['first', 'second'], seed: 1 });
const { cells, labels } = toyCells(64);
const held = toyCells(16, 2);
const args = {
  maxSteps: 24,
  learningRate: 1e-2,
  perDeviceTrainBatchSize: 4,
  gradientAccumulationSteps: 2,
  saveSteps: 1,
  evalSteps: 3,
  loadBestModelAtEnd: true,
  earlyStoppingPatience: 7,
};
const options: TrainingOptions = {
  checkpointDir,
  signal: stop.signal,
  onProgress: ({ stage, done }) => {
    if (stage === objective) print({ step: done });
  },
};
try {
  const record =
    objective === 'contrast'
      ? await pretrainContrastive(model, cells, args, { ...options, held: { cells: held.cells } })
      : await finetune(model, cells, labels, args, { ...options, evalCells: held.cells, evalLabels: held.labels });
  const weights = weightsDigest(await model.parameters.read());
  print({ weights, record: { ...record, resumedFrom: null }, resumedFrom: record.resumedFrom });
} catch (error) {
  const { tag, message } = error as { tag?: string; message: string };
  print({ tag: tag ?? null, message });
  process.exitCode = tag === 'TrainingAbortedError' ? 130 : 1;
}
