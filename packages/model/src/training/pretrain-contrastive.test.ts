import { below, namedRandom } from '@geneformer-ts/core';
import { useBackend } from '@geneformer-ts/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetConfig } from '../bert/presets.js';
import { selectCells } from '../data/cells.js';
import { embedCells } from '../inference/embed-cells.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { weightsDigest } from '../models/model.js';
import { cellsOf, storeOf, toyCells, toyVocabularySize } from '../testing/cells.js';
import type { ContrastiveArguments } from './arguments.js';
import { type ContrastiveOptions, pretrainContrastive } from './pretrain-contrastive.js';

const config = { ...presetConfig('tiny', toyVocabularySize), max_position_embeddings: 24 };
const { cells, labels: profiles } = toyCells(64);
const newModel = () => BertForMaskedLM.fromConfig(config, { seed: 1 });
const args: Partial<ContrastiveArguments> = { maxSteps: 8, perDeviceTrainBatchSize: 8, learningRate: 5e-3 };

/** Returns eight profiles of eight cells. A cell has six of the tokens of its profile, which no other profile has so often. */
function eightProfiles(seed: number) {
  const random = namedRandom(seed);
  const codes = Int32Array.from({ length: 64 }, (_, cell) => cell % 8);
  const ids = Array.from(codes, (profile) => {
    const own = Array.from({ length: 6 }, () => 4 + 3 * profile + below(random, 3));
    return [...own, ...Array.from({ length: 4 }, () => 4 + below(random, 30))];
  });
  return { cells: cellsOf(ids), profiles: codes };
}

/** Trains a new model and returns its record and the digest of its weights. */
async function trained(given: Partial<ContrastiveArguments> = {}, settings: ContrastiveOptions = {}) {
  const model = newModel();
  const record = await pretrainContrastive(model, cells, { ...args, ...given }, settings);
  const digest = weightsDigest(await model.parameters.read());
  return { model, record, digest };
}

/** Returns a target per cell, with one value in row 1, column 4. */
function target(value: number) {
  const data = new Float32Array(64 * 16).fill(1);
  data[20] = value;
  return { data, rows: 64, cols: 16 };
}

beforeAll(() => useBackend('onnx', { threads: 1 }));

describe('contrastive pretraining', () => {
  test('by profile lowers the held-out loss and finds more partners', async () => {
    const held = eightProfiles(2);
    const model = newModel();
    const { evaluations } = await pretrainContrastive(
      model,
      eightProfiles(1).cells,
      { ...args, maxSteps: 80, evalSteps: 1 },
      { profiles: eightProfiles(1).profiles, held },
    );
    // One batch of the eight held-out profiles; the loss of a guess is ln 8.
    expect(evaluations).toHaveLength(80);
    expect(evaluations[0].loss).toBeGreaterThan(1);
    expect(evaluations.at(-1)!.loss).toBeLessThan(0.7);
    expect(evaluations.at(-1)!.accuracy).toBeGreaterThan(0.7);
  });

  test('without profiles uses two views of each cell', async () => {
    const { record } = await trained({ maxSteps: 40, perDeviceTrainBatchSize: 16 });
    expect(record.steps).toBe(40);
    expect(record.epochs).toBe(10);
    // ln 16 is the loss of a guess.
    expect(record.losses[0]).toBeGreaterThan(1);
    expect(record.finalLoss).toBeLessThan(record.losses[0] - 0.3);
  });

  test('with targets and without the contrastive loss imitates the targets', async () => {
    const teacher = await embedCells(BertForMaskedLM.fromConfig(config, { seed: 9 }), cells);
    const { record } = await trained({ maxSteps: 60, contrastiveWeight: 0, keepAtLeast: 1 }, { targets: teacher });
    // 1 − cosine: about 1 for unrelated vectors.
    expect(record.losses[0]).toBeGreaterThan(0.7);
    expect(record.finalLoss).toBeLessThan(0.4);
  });

  test('trains the positions on request', async () => {
    const { model } = await trained({ maxSteps: 2, freezePositions: false });
    const name = 'bert.embeddings.position_embeddings.weight';
    const [before, after] = [await newModel().parameters.read(), await model.parameters.read()];
    expect(after.get(name)).not.toEqual(before.get(name));
  });

  test('does not change the head and the positions', async () => {
    const before = await newModel().parameters.read();
    const { model } = await trained();
    const after = await model.parameters.read();
    const changed = (name: string) => after.get(name)!.some((value, i) => value !== before.get(name)![i]);
    expect(changed('cls.predictions.transform.dense.weight')).toBe(false);
    expect(changed('bert.embeddings.position_embeddings.weight')).toBe(false);
    expect(changed('bert.embeddings.word_embeddings.weight')).toBe(true);
    expect(changed('bert.encoder.layer.1.output.dense.weight')).toBe(true);
  });

  test('gives identical bits for cells in memory and in a store, and others for another seed', async () => {
    const whole = await trained({}, { profiles });
    const model = newModel();
    await pretrainContrastive(model, storeOf(cells), args, { profiles });
    expect(weightsDigest(await model.parameters.read())).toBe(whole.digest);
    expect((await trained({ seed: 1 }, { profiles })).digest).not.toBe(whole.digest);
  });

  test('resumes an interrupted run to identical bits, within an epoch and with accumulated batches', async () => {
    const accumulated = { gradientAccumulationSteps: 2, saveSteps: 1, evalSteps: 2, loadBestModelAtEnd: true };
    const held = { cells: toyCells(16, 2).cells };
    const whole = await trained(accumulated, { held });
    const checkpointDir = await mkdtemp(join(tmpdir(), 'geneformer-contrastive-'));
    const stop = new AbortController();
    const onProgress: ContrastiveOptions['onProgress'] = ({ stage, done }) => {
      if (stage === 'contrast' && done === 3) stop.abort();
    };
    const stopped = trained(accumulated, { held, checkpointDir, signal: stop.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ tag: 'TrainingAbortedError', step: 3 });
    const resumed = await trained(accumulated, { held, checkpointDir });
    expect(resumed.record).toEqual({ ...whole.record, resumedFrom: 3 });
    expect(resumed.digest).toBe(whole.digest);
  });

  test('refuses to resume with other profiles or targets', async () => {
    const checkpointDir = await mkdtemp(join(tmpdir(), 'geneformer-contrastive-'));
    const targets = await embedCells(newModel(), cells);
    await trained({ maxSteps: 1 }, { checkpointDir, profiles, targets });
    const others = profiles.map((profile) => 1 - profile);
    others[0] = others[1];
    const resumed = trained({ maxSteps: 1 }, { checkpointDir, profiles: others, targets });
    await expect(resumed).rejects.toMatchObject({ tag: 'ResumeMismatchError', what: 'cells' });
    const data = targets.data.map((value) => value + 1);
    const retargeted = trained({ maxSteps: 1 }, { checkpointDir, profiles, targets: { ...targets, data } });
    await expect(retargeted).rejects.toMatchObject({ tag: 'ResumeMismatchError', what: 'targets' });
    const reheated = trained({ maxSteps: 1, temperature: 0.2 }, { checkpointDir, profiles, targets });
    await expect(reheated).rejects.toThrow('different arguments (temperature: saved 0.1, given 0.2); give another');
  });
});

describe('contrastive pretraining refuses', () => {
  test.each<[string, Partial<ContrastiveArguments>, ContrastiveOptions, string]>([
    ['batches by tokens', { tokensPerBatch: 100 }, {}, 'tokensPerBatch: 100 is not valid; use 0: batches are numbers'],
    ['a temperature of 0', { temperature: 0 }, {}, 'temperature: 0 is not valid; use a number of at least 0.001'],
    ['a temperature beyond one precision', { temperature: 1e-30 }, {}, 'temperature: 1e-30 is not valid'],
    ['a weight of targets without targets', { distillationWeight: 2 }, {}, 'needs vectors to imitate; give targets'],
    ['keeping no token', { keepAtLeast: 0 }, {}, 'keepAtLeast: 0 is not valid'],
    ['keeping more than all tokens', { keepAtLeast: 1.5 }, {}, 'keepAtLeast: 1.5 is not valid'],
    ['a loss without parts', { contrastiveWeight: 0 }, {}, 'contrastiveWeight: 0 is not valid'],
    [
      'targets of another width',
      {},
      { targets: { data: new Float32Array(64), rows: 64, cols: 1 } },
      'targets: "64 × 1" is not valid; use one row per cell, 64 × 16',
    ],
    ['profiles for other cells', {}, { profiles: Int32Array.of(0, 1) }, 'there are 2 profiles for 64 cells'],
    [
      'one profile',
      {},
      { profiles: new Int32Array(64) },
      'profiles: have no source with two of them; give at least two profiles in one source',
    ],
    [
      'sources of one cell each',
      {},
      { sources: Int32Array.from({ length: 64 }, (_, cell) => cell) },
      'cells: have no source with two of them; give at least two cells in one source',
    ],
    [
      'one held-out profile',
      {},
      { held: { cells, profiles: new Int32Array(64) } },
      'held.profiles: have no source with two of them',
    ],
    [
      'held-out profiles for other cells',
      {},
      { held: { cells, profiles: Int32Array.of(0, 1) } },
      'there are 2 held.profiles for 64 cells',
    ],
    [
      'one pair per batch, which has no other to be told from',
      { perDeviceTrainBatchSize: 1 },
      {},
      'perDeviceTrainBatchSize: 1 is not valid; use a whole number of at least 2',
    ],
    [
      'names of profiles, whose digest would be that of no values',
      {},
      { profiles: Array.from(profiles, String) as unknown as Int32Array },
      'profiles: Array is not an array of type Int32Array; encode names with encodeLabels',
    ],
    [
      'a number as sources',
      {},
      { sources: 5 as unknown as Int32Array },
      'sources: 5 is not an array of type Int32Array',
    ],
    [
      'a plain array of targets',
      {},
      { targets: { ...target(1), data: Array.from(target(1).data) as unknown as Float32Array } },
      'targets.data: Array is not an array of type Float32Array; use Float32Array.from',
    ],
    [
      'targets with too few values',
      {},
      { targets: { ...target(1), data: new Float32Array(8) } },
      'targets.data: has 8 values; give 64 × 16, row by row',
    ],
    ['NaN in targets', {}, { targets: target(NaN) }, 'targets.data: row 1, column 4 is NaN; give finite numbers'],
    ['Infinity in targets', {}, { targets: target(Infinity) }, 'targets.data: row 1, column 4 is Infinity'],
    ['best weights without held-out cells', { loadBestModelAtEnd: true }, {}, 'needs held-out cells; give held'],
    [
      'held-out cells that cannot be read, before training',
      {},
      { held: { cells: selectCells(cells, []) } },
      'the dataset has no cells',
    ],
  ])('%s', async (_, given, settings, message) => {
    await expect(trained(given, settings)).rejects.toThrow(message);
  });
});
