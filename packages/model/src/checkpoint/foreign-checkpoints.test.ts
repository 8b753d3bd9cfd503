import { sparseSoftmaxCrossEntropy, tf, useBackend } from '@geneformer-ts/engine';
import { type NamedTensor, readCheckpoint, readSafetensors, writeSafetensors } from '@geneformer-ts/io';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { presetConfig } from '../bert/presets.js';
import { collate } from '../data/padded-batch.js';
import { encoderInput } from '../models/input.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { BertForSequenceClassification } from '../models/sequence-models.js';
import { cellsOf } from '../testing/cells.js';
import { maxDifference } from '../testing/golden.js';
import { pretrain } from '../training/pretrain.js';

/** The content of logits.json, written by tools/parity/model-transformers.py. */
const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/transformers/${name}`, import.meta.url));
const theirs = JSON.parse(readFileSync(fixture('logits.json'), 'utf8')) as {
  cells: number[][];
  untied: number[][][];
  tied: number[][][];
};

const DECODER = 'cls.predictions.decoder.weight';
const DECODER_BIAS = 'cls.predictions.decoder.bias';
const WORDS = 'bert.embeddings.word_embeddings.weight';

let folder: string;
beforeAll(() => useBackend('cpu'));
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'geneformer-foreign-')), 'model');
});

/** Returns the logits at every token of each cell, concatenated. */
function logits(model: BertForMaskedLM): number[] {
  return theirs.cells.flatMap((cell) => {
    const lengths = Int32Array.of(cell.length);
    const batch = { rows: 1, length: cell.length, cells: Int32Array.of(0) };
    const padded = collate({ lengths, copy: (_, target, at) => target.set(cell, at) }, batch, 0);
    const positions = Int32Array.from(cell, (_, at) => at);
    return tf.tidy(() => [...model.logits(encoderInput(padded), tf.tensor1d(positions, 'int32')).dataSync()]);
  });
}

type Tensors = Map<string, NamedTensor>;

/** Writes the untied checkpoint with changed tensors and fields of config.json. */
async function changed(change: (tensors: Tensors) => Tensors | void, config: object = {}): Promise<string> {
  await cp(fixture('untied'), folder, { recursive: true });
  const file = join(folder, 'model.safetensors');
  const { tensors } = await readSafetensors(file);
  await writeSafetensors(file, change(tensors) ?? tensors);
  const stored = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...stored, ...config }));
  return folder;
}

const renamed = (rename: (name: string) => string) => (tensors: Tensors) =>
  new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]));

const expectUntied = (model: BertForMaskedLM) =>
  expect(maxDifference(logits(model), theirs.untied.flat(2))).toBeLessThan(1e-5);

describe('tie_word_embeddings: false', () => {
  test('uses the decoder of the file, as transformers does', async () => {
    const model = await BertForMaskedLM.fromPretrained(fixture('untied'));
    expectUntied(model);
    expect(model.config.tie_word_embeddings).toBe(false);
    expect(maxDifference(theirs.tied.flat(2), theirs.untied.flat(2))).toBeGreaterThan(0.1);
  });

  test.each([true, false])('is saved and loaded with its decoder, safeSerialization %s', async (safeSerialization) => {
    await (await BertForMaskedLM.fromPretrained(fixture('untied'))).savePretrained(folder, { safeSerialization });
    expectUntied(await BertForMaskedLM.fromPretrained(folder));
    const [ours, original] = [
      (await readCheckpoint(folder)).tensors,
      (await readCheckpoint(fixture('untied'))).tensors,
    ];
    expect([...ours.keys()].sort()).toEqual([...original.keys()].sort());
    for (const name of [DECODER, DECODER_BIAS, WORDS]) expect(ours.get(name)!.data).toEqual(original.get(name)!.data);
    expect(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))).toMatchObject({
      tie_word_embeddings: false,
    });
  });

  test('is refused without a decoder in the file, and uses the bias of transformers 4 without its own', async () => {
    await expect(
      BertForMaskedLM.fromPretrained(await changed((tensors) => void tensors.delete(DECODER))),
    ).rejects.toMatchObject({ missing: [DECODER] });
    await rm(folder, { recursive: true });
    const bias = (await readSafetensors(join(fixture('untied'), 'model.safetensors'))).tensors.get(DECODER_BIAS)!;
    const dir = await changed((tensors) => {
      tensors.set('cls.predictions.bias', bias);
      tensors.delete(DECODER_BIAS);
    });
    expectUntied(await BertForMaskedLM.fromPretrained(dir));
  });

  test('is trained: decoder and word embeddings have separate gradients', async () => {
    const model = await BertForMaskedLM.fromPretrained(fixture('untied'));
    const before = await model.parameters.read();
    await pretrain(model, cellsOf(theirs.cells), { maxSteps: 2, learningRate: 0.01, mlmProbability: 0.5 });
    const after = await model.parameters.read();
    for (const name of [DECODER, WORDS])
      expect(maxDifference(before.get(name)!, after.get(name)!)).toBeGreaterThan(1e-3);
    const { value, grads } = tf.variableGrads(() => {
      const [cell] = theirs.cells;
      const batch = { rows: 1, length: cell.length, cells: Int32Array.of(0) };
      const padded = collate({ lengths: Int32Array.of(6), copy: (_, t, at) => t.set(cell, at) }, batch, 0);
      const found = model.logits(encoderInput(padded), tf.tensor1d([2], 'int32'));
      return sparseSoftmaxCrossEntropy(found, tf.tensor1d([5], 'int32'));
    }, [model.parameters.get(DECODER), model.parameters.get(WORDS)]);
    // In embeddings that are not the decoder, only tokens of the cell have a gradient.
    const words = await grads[model.parameters.get(WORDS).name].array();
    const used = (words as number[][]).flatMap((row, id) => (row.some((entry) => entry !== 0) ? [id] : []));
    expect(used).toEqual([...theirs.cells[0]].sort((a, b) => a - b));
    tf.dispose([value, grads]);
  });

  test('can be set for a new model, which then has more weights', () => {
    const config = presetConfig('tiny', 30);
    const [tied, untied] = [config, { ...config, tie_word_embeddings: false }].map((one) =>
      BertForMaskedLM.fromConfig(one),
    );
    expect(untied.parameterCount - tied.parameterCount).toBe(30 * 16);
  });

  test('has no effect on a classifier, which has no decoder', async () => {
    const model = await BertForSequenceClassification.fromPretrained(fixture('untied'), { labels: ['a', 'b'] });
    await model.savePretrained(folder);
    expect((await BertForSequenceClassification.fromPretrained(folder)).labels).toEqual(['a', 'b']);
  });
});

describe('a decoder that config.json ties', () => {
  const tied = { tie_word_embeddings: true };
  const isTied = async (dir: string) =>
    expect(maxDifference(logits(await BertForMaskedLM.fromPretrained(dir)), theirs.tied.flat(2))).toBeLessThan(1e-5);

  test('but that differs is refused, because versions of transformers disagree on which to use', async () => {
    const loading = BertForMaskedLM.fromPretrained(await changed(() => undefined, tied));
    await expect(loading).rejects.toMatchObject({ tag: 'CheckpointError' });
    await expect(loading).rejects.toThrow(
      /'cls\.predictions\.decoder\.weight' differs from 'bert\.embeddings\.word_embeddings\.weight'.*set "tie_word_embeddings": false/,
    );
  });

  test('equals the word embeddings, stored once, twice or only as the decoder', async () => {
    const without =
      (...names: string[]) =>
      (tensors: Tensors) =>
        names.forEach((name) => tensors.delete(name));
    await isTied(await changed(without(DECODER, DECODER_BIAS), tied));
    const same = (tensors: Tensors) => {
      tensors.set(DECODER, tensors.get(WORDS)!);
      tensors.set(DECODER_BIAS, tensors.get('cls.predictions.bias')!);
    };
    await isTied(await changed(same, tied));
    await isTied(
      await changed((tensors) => {
        same(tensors);
        without(WORDS, 'cls.predictions.bias')(tensors);
      }, tied),
    );
  });

  test('is also tied if config.json does not state it', async () => {
    await isTied(
      await changed((tensors) => [DECODER, DECODER_BIAS].forEach((name) => tensors.delete(name)), {
        tie_word_embeddings: undefined,
      }),
    );
  });
});

describe('tensors under other names', () => {
  test.each<[string, (name: string) => string]>([
    [
      'LayerNorm.gamma and beta',
      (name) => name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta'),
    ],
    ['module.', (name) => `module.${name}`],
    ['_orig_mod.', (name) => `_orig_mod.${name}`],
    ['both', (name) => `_orig_mod.module.${name}`],
    ['a compiled encoder', (name) => name.replace('bert.encoder.', 'bert.encoder._orig_mod.')],
    ['a Lightning module', (name) => `model.${name}`],
    ['a Lightning module with the attribute bert', (name) => `bert.${name}`],
    ['a wrapped Lightning module', (name) => `net.module.model._orig_mod.${name}`],
    ['an encoder without a prefix', (name) => name.replace(/^bert\./, '')],
  ])('%s', async (_, rename) => {
    expectUntied(await BertForMaskedLM.fromPretrained(await changed(renamed(rename))));
  });

  test.each(['training.pt', 'lightning.ckpt'])('%s of a training program, named pytorch_model.bin', async (name) => {
    await mkdir(folder);
    await copyFile(fixture('untied/config.json'), join(folder, 'config.json'));
    await copyFile(fixture(name), join(folder, 'pytorch_model.bin'));
    expectUntied(await BertForMaskedLM.fromPretrained(folder));
  });

  test.each(['sharded', 'sharded-torch'])('%s: several files with an index', async (name) => {
    expectUntied(await BertForMaskedLM.fromPretrained(fixture(name)));
  });

  test('two tensors with the same canonical name, and two models, are refused', async () => {
    const twice = changed((tensors) => void tensors.set(`module.${WORDS}`, tensors.get(WORDS)!));
    await expect(BertForMaskedLM.fromPretrained(await twice)).rejects.toThrow(
      `contains ${WORDS} twice: '${WORDS}' and 'module.${WORDS}'`,
    );
    await rm(folder, { recursive: true });
    const two = changed(
      (tensors) => new Map([...renamed((n) => `teacher.${n}`)(tensors), ...renamed((n) => `student.${n}`)(tensors)]),
    );
    await expect(BertForMaskedLM.fromPretrained(await two)).rejects.toThrow(
      /contains 2 models, under '(student|teacher)\.', '/,
    );
  });

  test('the layout of TransformerEngine is refused by name', async () => {
    const fused = changed((tensors) =>
      renamed((name) => name.replace('attention.self.query', 'self_attention.layernorm_qkv'))(tensors),
    );
    await expect(BertForMaskedLM.fromPretrained(await fused)).rejects.toThrow(
      /is in the layout of NVIDIA's TransformerEngine .* convert it to Hugging Face's BertForMaskedLM/,
    );
  });

  test('a file of another kind of model is refused, and the error names its tensors', async () => {
    const other = changed((tensors) => renamed((name) => `transformer.h.${name.replaceAll('.', '_')}`)(tensors));
    await expect(BertForMaskedLM.fromPretrained(await other)).rejects.toThrow(
      /has no BERT encoder; its first tensors are transformer\.h/,
    );
  });
});

describe('sizes in config.json', () => {
  test.each([
    ['num_hidden_layers', 1_000_000, /"num_hidden_layers" is 1000000; model\.safetensors has 2 /],
    ['num_hidden_layers', 3, /"num_hidden_layers" is 3; model\.safetensors has 2 /],
    ['hidden_size', 1e15, /"hidden_size" is 1000000000000000; model\.safetensors has 8 /],
    ['vocab_size', 1e12, /has 20 \(bert\.embeddings\.word_embeddings\.weight \[20, 8\]\); correct the field/],
    ['intermediate_size', 1e9, /model\.safetensors has 12 /],
    ['max_position_embeddings', 1e9, /model\.safetensors has 16 /],
    ['type_vocab_size', 1e9, /model\.safetensors has 2 /],
    ['num_attention_heads', 1e9, /"num_attention_heads" is 1000000000; give a whole number/],
    ['num_hidden_layers', 0, /"num_hidden_layers" is 0; give a whole number of at least 1/],
    ['hidden_size', -8, /"hidden_size" is -8; give/],
    ['vocab_size', 20.5, /"vocab_size" is 20\.5; give/],
    ['vocab_size', '20', /"vocab_size" is "20"; give a number/],
    ['pad_token_id', 0.5, /"pad_token_id" is 0\.5; it must be an id/],
    ['layer_norm_eps', -1, /"layer_norm_eps" is -1; give a number of at least 0/],
    ['tie_word_embeddings', 'no', /"tie_word_embeddings" is "no"; give true or false/],
    ['model_type', 'roberta', /"model_type" is "roberta"; only "bert"/],
    ['is_decoder', true, /"is_decoder" is true; only encoders/],
  ])(
    '%s: %p is refused before anything is allocated',
    async (field, value, message) => {
      const loading = BertForMaskedLM.fromPretrained(await changed(() => undefined, { [field]: value }));
      await expect(loading).rejects.toMatchObject({ tag: 'ConfigError', field });
      await expect(loading).rejects.toThrow(message);
    },
    5_000,
  );

  test.each(['NaN', '1e999', 'Infinity'])('%s is refused', async (text) => {
    const dir = await changed(() => undefined);
    const file = join(dir, 'config.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"hidden_size":8/, `"hidden_size":${text}`));
    await expect(BertForMaskedLM.fromPretrained(dir)).rejects.toMatchObject({ tag: 'ConfigError' });
  });

  test('are limited for a new model too', () => {
    for (const field of [
      'num_hidden_layers',
      'hidden_size',
      'vocab_size',
      'intermediate_size',
      'type_vocab_size',
    ] as const) {
      const config = { ...presetConfig('tiny', 30), [field]: 2 ** 40 };
      expect(() => BertForMaskedLM.fromConfig(config)).toThrow(
        new RegExp(`"${field}" is 1099511627776; give a whole number`),
      );
    }
    const wide = { ...presetConfig('tiny', 9_000_000), hidden_size: 65_536 };
    expect(() => BertForMaskedLM.fromConfig(wide)).toThrow(
      /"vocab_size" is 9000000; with this hidden_size it can be at most 32767/,
    );
  });
});

describe('a name that is not a checkpoint folder', () => {
  test.each([
    [
      'geneformer-v1-10m',
      /is a preset: fromConfig\(presetConfig\('geneformer-v1-10m'\)\).*data:fetch --id geneformer-v1-10m/,
    ],
    ['Geneformer-V1-10M', /give their folder: "npx nx run data:fetch --id geneformer-v1-10m"/],
    ['checkpoints/Geneformer-V1-10M', /give their folder: "npx nx run data:fetch --id geneformer-v1-10m"/],
    ['tiny', /is a preset: fromConfig\(presetConfig\('tiny', vocabularySize\)\) creates a model with random weights$/],
    ['geneformer-v1-10m-pytorch', /an id of the catalog, "npx nx run data:fetch --id geneformer-v1-10m-pytorch"/],
    [
      'ctheodoris/Geneformer',
      /not downloaded by name: download it first \("hf download ctheodoris\/Geneformer --local-dir/,
    ],
    ['./no/such/folder', /no such folder; check the path and give a folder with config\.json and model\.safetensors/],
  ])('%s', async (name, message) => {
    const loading = BertForMaskedLM.fromPretrained(name);
    await expect(loading).rejects.toMatchObject({ tag: 'CheckpointError', path: name });
    await expect(loading).rejects.toThrow(message);
  });

  test('a file, or a folder of checkpoints', async () => {
    await expect(BertForMaskedLM.fromPretrained(join(fixture('untied'), 'model.safetensors'))).rejects.toThrow(
      /model\.safetensors: is a file; give a folder with config\.json/,
    );
    await expect(BertForMaskedLM.fromPretrained(fixture(''))).rejects.toThrow(
      /config\.json: no such file; give one of its checkpoint folders: .*sharded, .*sharded-torch, .*untied$/,
    );
  });
});
