import { pidScope } from '@geneformer-ts/core/node';
import { stats, tf, useBackend } from '@geneformer-ts/engine';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Weights } from '../bert/parameters.js';
import { presetConfig } from '../bert/presets.js';
import { type Cells, selectCells } from '../data/cells.js';
import { ResumeDamagedError } from '../errors.js';
import { evaluateClassifier, evaluateMaskedLoss } from '../inference/evaluate.js';
import { FrozenStates } from '../inference/frozen-states.js';
import { predict } from '../inference/predict.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { BertForSequenceClassification } from '../models/sequence-models.js';
import { BertForTokenClassification } from '../models/token-classification.js';
import { toyCells, toyVocabularySize } from '../testing/cells.js';
import { maxDifference } from '../testing/golden.js';
import type { FinetuningArguments } from './arguments.js';
import { finetuneTokens } from './finetune-tokens.js';
import { finetune, type FinetuningOptions } from './finetune.js';
import { pretrain } from './pretrain.js';

const config = { ...presetConfig('tiny', toyVocabularySize), max_position_embeddings: 24 };
const { cells, labels } = toyCells(64);
const names = ['first', 'second'];

const newLm = () => BertForMaskedLM.fromConfig(config, { seed: 1 });
const newClassifier = () => BertForSequenceClassification.fromConfig(config, { labels: names, seed: 1 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geneformer-training-'));
});

describe('training', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));

  test('pretraining lowers the held-out masked loss', async () => {
    const model = newLm();
    const heldOut = toyCells(32, 2).cells;
    const { loss: before } = await evaluateMaskedLoss(model, heldOut);
    const record = await pretrain(
      model,
      cells,
      { numTrainEpochs: 6, learningRate: 5e-3, perDeviceTrainBatchSize: 8 },
      { evalCells: heldOut },
    );
    // ln(30) = 3.40 nats is the loss of uniform predictions over the genes.
    expect(before).toBeGreaterThan(3.3);
    expect(record.evaluations.at(-1)?.loss).toBeLessThan(before - 0.05);
    expect(record.steps).toBe(48);
  });

  test.each(['cls', 'mean'] as const)('fine-tuning learns to distinguish classes, %s pooling', async (pooling) => {
    const model = BertForSequenceClassification.fromConfig(config, { labels: names, seed: 1, pooling });
    const record = await finetune(model, cells, labels, {
      numTrainEpochs: 15,
      learningRate: 5e-3,
      perDeviceTrainBatchSize: 8,
      maxBuckets: 1,
    });
    expect(record.finalLoss).toBeLessThan(0.4);
    const unseen = toyCells(64, 3);
    const { accuracy } = await evaluateClassifier(model, unseen.cells, unseen.labels);
    expect(accuracy).toBeGreaterThan(0.85);
  });
});

describe('pretraining with initialBias frequencies', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));
  // Half of all tokens are gene 4; genes 5 to 8 are an eighth each.
  const uneven: Cells = {
    inputIds: Int32Array.from({ length: 64 * 8 }, (_, i) => (i % 2 ? 4 : 5 + ((i / 2) % 4))),
    offsets: Int32Array.from({ length: 65 }, (_, cell) => cell * 8),
  };
  const args = { maxSteps: 1, initialBias: 'frequencies', perDeviceTrainBatchSize: 64, mlmProbability: 0.5 } as const;

  test('starts with the frequencies of the genes', async () => {
    const [still] = (await pretrain(newLm(), uneven, args)).losses;
    // The entropy of these frequencies is 2 bits, and the vocabulary has 34 tokens.
    expect(Math.abs(still - 2 * Math.LN2)).toBeLessThan(0.25);
    const [fresh] = (await pretrain(newLm(), uneven, { ...args, initialBias: 'zeros' })).losses;
    expect(fresh).toBeGreaterThan(3);
  });

  test('is refused if the model already has a bias', async () => {
    const model = newLm();
    await pretrain(model, uneven, args);
    await expect(pretrain(model, uneven, args)).rejects.toMatchObject({
      tag: 'ArgumentError',
      argument: 'initialBias',
    });
  });
});

describe.each(['wasm', 'cpu'] as const)('on the %s backend', (backend) => {
  const args = { maxSteps: 3, learningRate: 5e-3, warmupRatio: 0, perDeviceTrainBatchSize: 8 };
  const losses = async (on: 'onnx' | 'wasm' | 'cpu') => {
    await useBackend(on, { threads: 1 });
    const masked = await pretrain(newLm(), cells, args);
    const classified = await finetune(newClassifier(), cells, labels, {
      ...args,
      freezeLayers: 1,
      freezeEmbeddings: true,
    });
    return [...masked.losses, ...classified.losses];
  };

  test('training equals that on onnx, including dropout and masks', async () => {
    expect(maxDifference(await losses(backend), await losses('onnx'))).toBeLessThan(1e-4);
  });
});

describe('a run', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));
  const args = { maxSteps: 12, learningRate: 5e-3, perDeviceTrainBatchSize: 8, saveSteps: 3 };

  test('with the same seed ends with identical bits', async () => {
    const [a, b, c] = [newLm(), newLm(), newLm()];
    const first = await pretrain(a, cells, args);
    const second = await pretrain(b, cells, args);
    await pretrain(c, cells, { ...args, seed: 2 });
    expect(second).toEqual(first);
    expect(await b.parameters.read()).toEqual(await a.parameters.read());
    expect(await c.parameters.read()).not.toEqual(await a.parameters.read());
  });

  test.each([1, 4, 7, 11])(
    'killed after update %i and resumed ends with the bits of an uninterrupted one',
    async (kill) => {
      const whole = newLm();
      const record = await pretrain(whole, cells, args);
      const killed = pretrain(newLm(), cells, args, {
        checkpointDir: folder,
        onProgress: ({ done }) => {
          // An error here stops the run without a save, like a kill.
          if (done === kill) throw new Error('killed');
        },
      });
      await expect(killed).rejects.toThrow('killed');
      const resumed = newLm();
      const again = await pretrain(resumed, cells, args, { checkpointDir: folder });
      expect(again.resumedFrom).toBe(kill < 3 ? null : kill - (kill % 3));
      expect(again.losses).toEqual(record.losses);
      expect(await resumed.parameters.read()).toEqual(await whole.parameters.read());
    },
  );

  test('that is aborted saves its state, names the folder, and resumes to identical bits', async () => {
    const whole = newClassifier();
    await finetune(whole, cells, labels, args);
    const controller = new AbortController();
    const aborted = finetune(newClassifier(), cells, labels, args, {
      checkpointDir: folder,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 5) controller.abort();
      },
    });
    await expect(aborted).rejects.toMatchObject({ tag: 'TrainingAbortedError', step: 5 });
    expect(await readdir(folder)).toEqual(['checkpoint-5']);
    const resumed = newClassifier();
    await finetune(resumed, cells, labels, args, { checkpointDir: folder });
    expect(await resumed.parameters.read()).toEqual(await whole.parameters.read());
  });

  test('that is already finished does not run again', async () => {
    const first = newLm();
    const record = await pretrain(first, cells, args, { checkpointDir: folder });
    const second = newLm();
    const again = await pretrain(second, cells, args, { checkpointDir: folder });
    expect(again).toEqual({ ...record, resumedFrom: 12 });
    expect(await second.parameters.read()).toEqual(await first.parameters.read());
  });

  test('does not resume a run with other data, arguments or initial weights', async () => {
    await pretrain(newLm(), cells, { ...args, maxSteps: 3 }, { checkpointDir: folder });
    const others = toyCells(64, 9).cells;
    await expect(pretrain(newLm(), others, { ...args, maxSteps: 3 }, { checkpointDir: folder })).rejects.toThrow(
      'the saved run has different cells',
    );
    await expect(pretrain(newLm(), cells, args, { checkpointDir: folder })).rejects.toThrow(
      'the saved run has different arguments',
    );
    const otherStart = BertForMaskedLM.fromConfig(config, { seed: 2 });
    await expect(pretrain(otherStart, cells, { ...args, maxSteps: 3 }, { checkpointDir: folder })).rejects.toThrow(
      'the saved run has different weights',
    );
  });

  test('removes the files of an interrupted save, and resumes from the previous checkpoint', async () => {
    await pretrain(newLm(), cells, { ...args, maxSteps: 3 }, { checkpointDir: folder });
    const { pid } = spawnSync(process.execPath, ['--version']);
    const left = join(folder, `.checkpoint-6.${pidScope()}-${pid}-0-0.tmp`);
    await cp(join(folder, 'checkpoint-3'), left, { recursive: true });
    await rm(join(left, 'trainer_state.json'));
    const again = await pretrain(newLm(), cells, { ...args, maxSteps: 3 }, { checkpointDir: folder });
    expect(again.resumedFrom).toBe(3);
    expect(await readdir(folder)).toEqual(['checkpoint-3']);
  });

  test.each(['model.safetensors', 'optimizer.safetensors', 'trainer_state.json', 'config.json'])(
    'does not resume from a checkpoint with a wrong bit in %s, and names the file',
    async (name) => {
      const short = { ...args, maxSteps: 3 };
      await pretrain(newLm(), cells, short, { checkpointDir: folder });
      const file = join(folder, 'checkpoint-3', name);
      const bytes = await readFile(file);
      bytes[bytes.length - 20] ^= 1;
      await writeFile(file, bytes);
      const resumed = pretrain(newLm(), cells, short, { checkpointDir: folder });
      await expect(resumed).rejects.toThrow(ResumeDamagedError);
      await expect(resumed).rejects.toThrow(
        `checkpoint-3: ${name} is missing or was changed after it was saved; delete the folder`,
      );
      await rm(file);
      await expect(pretrain(newLm(), cells, short, { checkpointDir: folder })).rejects.toThrow(ResumeDamagedError);
    },
  );

  test('leaks no tensors', async () => {
    const model = newClassifier();
    const before = tf.memory().numTensors;
    await finetune(
      model,
      cells,
      labels,
      { ...args, gradientAccumulationSteps: 2, maxSteps: 2 },
      { checkpointDir: folder },
    );
    await evaluateClassifier(model, cells, labels);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('compiles no graphs after the first epoch', async () => {
    const model = newLm();
    const compiles: number[] = [];
    await pretrain(
      model,
      cells,
      { ...args, maxSteps: 24 },
      { onProgress: () => compiles.push(stats()?.compiles ?? 0) },
    );
    expect(compiles[23]).toBe(compiles[7]);
  });

  test('stops if the loss is not a number', async () => {
    const run = pretrain(newLm(), cells, { ...args, learningRate: 1e30, maxGradNorm: 0, warmupRatio: 0 });
    await expect(run).rejects.toMatchObject({ tag: 'TrainingDivergedError' });
  });
});

describe('accumulated gradients of unequal batches', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));
  // Without dropout, whose masks differ by batch, the sum over batches equals that of one large batch.
  const still = { ...config, hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
  // Lengths from 3 to 20 genes: the mean of batch means is not the mean over all.
  const unequal = selectCells(
    cells,
    Array.from({ length: 7 }, (_, i) => i * 5),
  );
  const args = { maxSteps: 3, learningRate: 5e-3, warmupRatio: 0, maxBuckets: 1 };
  const objectives: Record<string, (size: Partial<FinetuningArguments>) => Promise<[number[], Weights]>> = {
    'masked genes': async (size) => {
      const model = BertForMaskedLM.fromConfig(still, { seed: 1 });
      const { losses } = await pretrain(model, unequal, { ...args, ...size });
      return [losses, await model.parameters.read()];
    },
    'labeled genes': async (size) => {
      const model = BertForTokenClassification.fromConfig(still, { labels: names, seed: 1 });
      const classes = new Map(Array.from({ length: 12 }, (_, i) => [4 + i * 2, i % 2]));
      const weights = { classWeights: [1, 3] };
      const { losses } = await finetuneTokens(model, unequal, classes, { ...args, ...weights, ...size });
      return [losses, await model.parameters.read()];
    },
    'weighted classes': async (size) => {
      const model = BertForSequenceClassification.fromConfig(still, { labels: names, seed: 1 });
      const classes = Int32Array.of(0, 0, 0, 0, 0, 1, 1);
      const { losses } = await finetune(model, unequal, classes, { ...args, classWeights: 'balanced', ...size });
      return [losses, await model.parameters.read()];
    },
  };

  test.each(Object.keys(objectives))('equal those of the large batch: %s', async (objective) => {
    const run = objectives[objective];
    const [losses, weights] = await run({ perDeviceTrainBatchSize: 7 });
    const [accumulated, after] = await run({ perDeviceTrainBatchSize: 2, gradientAccumulationSteps: 4 });
    expect(maxDifference(accumulated, losses)).toBeLessThan(1e-5);
    for (const [name, values] of weights) {
      // The bias of a key shifts all scores equally: its gradient is rounding noise, which Adam amplifies.
      if (name.endsWith('key.bias')) continue;
      expect({ name, close: maxDifference(after.get(name) ?? [], values) < 1e-4 }).toEqual({ name, close: true });
    }
  });
});

test('a batch that is computed in pieces gives the update of these pieces together', async () => {
  await useBackend('onnx', { threads: 1 });
  const still = { ...config, hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
  const many = toyCells(240);
  const run = async (size: Partial<FinetuningArguments>) => {
    const model = BertForSequenceClassification.fromConfig(still, { labels: names, seed: 1 });
    const args = { maxSteps: 3, learningRate: 5e-3, warmupRatio: 0, maxBuckets: 1, ...size };
    const { losses, paddingShare } = await finetune(model, many.cells, many.labels, args);
    return { losses, paddingShare };
  };
  // 240 cells, padded to 32 tokens, are computed in two pieces.
  const whole = await run({ perDeviceTrainBatchSize: 240 });
  const parts = await run({ perDeviceTrainBatchSize: 40, gradientAccumulationSteps: 6 });
  expect(maxDifference(whole.losses, parts.losses)).toBeLessThan(1e-5);
  expect(whole.paddingShare).toBeCloseTo(parts.paddingShare, 10);
});

describe('freezeLayers', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));

  const changed = async (args: Partial<FinetuningArguments>): Promise<string[]> => {
    const model = newClassifier();
    const before = await model.parameters.read();
    await finetune(model, cells, labels, {
      maxSteps: 2,
      learningRate: 1e-2,
      warmupRatio: 0,
      weightDecay: 0.1,
      ...args,
    });
    const after = await model.parameters.read();
    return [...before]
      .filter(([name, values]) => maxDifference(values, after.get(name) ?? []) > 0)
      .map(([name]) => name);
  };

  test('0 trains everything', async () => {
    const names = await changed({});
    expect(names).toContain('bert.embeddings.word_embeddings.weight');
    expect(names).toContain('bert.encoder.layer.0.attention.self.query.weight');
  });

  test('1 freezes that layer and trains the embeddings, as published', async () => {
    const names = await changed({ freezeLayers: 1 });
    expect(names.filter((name) => name.startsWith('bert.encoder.layer.0.'))).toEqual([]);
    expect(names).toContain('bert.encoder.layer.1.output.dense.weight');
    expect(names).toContain('bert.embeddings.word_embeddings.weight');
  });

  test('all trains only pooler and classifier', async () => {
    const names = await changed({ freezeLayers: 'all' });
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toMatch(/^(bert\.pooler|classifier)\./);
  });

  test.each([0, 1, 2])(
    '%i with freezeEmbeddings gives the same results with and without the cache',
    async (freezeLayers) => {
      const [cached, recomputed] = [newClassifier(), newClassifier()];
      const args = {
        maxSteps: 4,
        learningRate: 5e-3,
        freezeLayers,
        freezeEmbeddings: true,
        perDeviceTrainBatchSize: 8,
      };
      const a = await finetune(cached, cells, labels, args);
      const b = await finetune(recomputed, cells, labels, { ...args, frozenCacheMegabytes: 0 });
      a.losses.forEach((loss, step) => expect(loss).toBeCloseTo(b.losses[step], 5));
    },
  );

  test('greater than the number of layers is refused', async () => {
    await expect(changed({ freezeLayers: 3 })).rejects.toThrow('use "all" or a whole number from 0 to 2');
  });
});

describe('frozen states', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));
  const rows = Int32Array.from({ length: 40 }, (_, i) => (i * 3) % 64);
  const fold = selectCells(cells, rows);
  const foldLabels = rows.map((row) => labels[row]);

  test.each([1, 'all'] as const)('are computed once for all folds and predictions, %s frozen', async (freezeLayers) => {
    const args = { maxSteps: 4, learningRate: 5e-3, freezeLayers, freezeEmbeddings: true } as const;
    const [given, own] = [newClassifier(), newClassifier()];
    const frozenStates = (await FrozenStates.compute(newClassifier(), cells, { freezeLayers })).select(rows);
    const a = await finetune(given, fold, foldLabels, args, { frozenStates });
    const b = await finetune(own, fold, foldLabels, args);
    expect(maxDifference(a.losses, b.losses)).toBeLessThan(1e-5);
    const reused = await predict(given, fold, { frozenStates });
    expect(maxDifference(reused.probabilities, (await predict(given, fold)).probabilities)).toBeLessThan(1e-5);
  });

  test('for other cells, weights or layers are refused', async () => {
    const args = { maxSteps: 1, freezeLayers: 1, freezeEmbeddings: true } as const;
    const frozenStates = await FrozenStates.compute(newClassifier(), cells, { freezeLayers: 1 });
    const run = (model = newClassifier(), more = {}) =>
      finetune(model, fold, foldLabels, { ...args, ...more }, { frozenStates });
    await expect(run()).rejects.toThrow('they were computed for 64 cells, not 40');
    await expect(run(newClassifier(), { freezeLayers: 2 })).rejects.toThrow(
      'they were computed for 1 frozen layers, but 2 layers',
    );
    const other = BertForSequenceClassification.fromConfig(config, { labels: names, seed: 2 });
    await expect(predict(other, cells, { frozenStates })).rejects.toThrow('the frozen weights differ');
    const shuffled = selectCells(cells, Int32Array.from(cells.offsets.keys()).subarray(0, 64).toReversed());
    await expect(predict(newClassifier(), shuffled, { frozenStates })).rejects.toThrow('has different tokens');
  });
});

describe('evaluation of held-out cells', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));
  const heldOut = { evalCells: toyCells(32, 5).cells, evalLabels: toyCells(32, 5).labels };
  /** Learns fast and then overfits: few cells, many epochs. */
  const few = selectCells(cells, [0, 1, 2, 3, 4, 5, 6, 7]);
  const fewLabels = labels.subarray(0, 8);
  const args = { numTrainEpochs: 40, learningRate: 2e-2, perDeviceTrainBatchSize: 4, evalStrategy: 'epoch' } as const;

  test('runs after every epoch', async () => {
    const { evaluations } = await finetune(newClassifier(), few, fewLabels, { ...args, numTrainEpochs: 3 }, heldOut);
    expect(evaluations.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  test('stops training without improvement, and ends with the best weights', async () => {
    const model = newClassifier();
    const patient = { ...args, earlyStoppingPatience: 3, loadBestModelAtEnd: true };
    const record = await finetune(model, few, fewLabels, patient, heldOut);
    expect(record.epochs).toBeLessThan(40);
    const best = record.evaluations.length - 4;
    expect(record.evaluations[best].loss).toBe(Math.min(...record.evaluations.map(({ loss }) => loss)));
    expect(record.bestStep).toBe(record.evaluations[best].step);
    const { loss } = await evaluateClassifier(model, heldOut.evalCells, heldOut.evalLabels);
    expect(loss).toBeCloseTo(record.evaluations[best].loss, 6);
  });

  test('resumes after a kill to the same best weights', async () => {
    const patient = { ...args, earlyStoppingPatience: 3, loadBestModelAtEnd: true, saveSteps: 1 };
    const whole = newClassifier();
    const record = await finetune(whole, few, fewLabels, patient, heldOut);
    for (const kill of [record.bestStep ?? 0, record.steps - 1]) {
      const directory = join(folder, String(kill));
      const killed = finetune(newClassifier(), few, fewLabels, patient, {
        ...heldOut,
        checkpointDir: directory,
        onProgress: ({ stage, done }) => {
          if (stage === 'finetune' && done === kill) throw new Error('killed');
        },
      });
      await expect(killed).rejects.toThrow('killed');
      const resumed = newClassifier();
      const again = await finetune(resumed, few, fewLabels, patient, { ...heldOut, checkpointDir: directory });
      expect(again).toEqual({ ...record, resumedFrom: kill });
      expect(await resumed.parameters.read()).toEqual(await whole.parameters.read());
    }
  });

  test('checks the cells and labels before the run starts', async () => {
    const begun: number[] = [];
    const run = (held: FinetuningOptions) =>
      finetune(newClassifier(), few, fewLabels, args, { ...held, onProgress: ({ done }) => begun.push(done) });
    const { evalCells, evalLabels } = heldOut;
    await expect(run({ evalCells })).rejects.toThrow('held-out cells have no labels; give both or neither');
    await expect(run({ evalCells, evalLabels: evalLabels.subarray(1) })).rejects.toThrow('31 labels for 32 cells');
    await expect(run({ evalCells, evalLabels: evalLabels.map(() => 2) })).rejects.toThrow('labels run from 0 to 1');
    const foreign = { ...evalCells, inputIds: evalCells.inputIds.map(() => 99) };
    await expect(run({ evalCells: foreign, evalLabels })).rejects.toThrow('contains token 99');
    await expect(pretrain(newLm(), few, {}, { evalCells: foreign })).rejects.toThrow('contains token 99');
    expect(begun).toEqual([]);
  });

  test('is part of the identity of a run', async () => {
    const short = { ...args, numTrainEpochs: 1 };
    await finetune(newClassifier(), few, fewLabels, short, { ...heldOut, checkpointDir: folder });
    const { cells: evalCells, labels: evalLabels } = toyCells(32, 6);
    for (const other of [{ evalCells, evalLabels }, {}]) {
      const again = finetune(newClassifier(), few, fewLabels, short, { ...other, checkpointDir: folder });
      await expect(again).rejects.toThrow('the saved run has different held-out cells');
    }
  });

  test('is required for early stopping and best weights', async () => {
    const run = finetune(newClassifier(), few, fewLabels, { ...args, earlyStoppingPatience: 1 });
    await expect(run).rejects.toThrow('needs held-out cells; give evalCells');
    const masked = pretrain(newLm(), few, { metricForBestModel: 'accuracy' });
    await expect(masked).rejects.toThrow('"accuracy" is not valid; use loss, which this training measures');
  });
});
