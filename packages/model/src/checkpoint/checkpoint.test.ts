import { useBackend } from '@geneformer-ts/engine';
import { readSafetensors, writeSafetensors } from '@geneformer-ts/io';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, cp, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetConfig } from '../bert/presets.js';
import { embedCells } from '../inference/embed-cells.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { BertForSequenceClassification, BertForSequenceRegression } from '../models/sequence-models.js';
import { BertForTokenClassification } from '../models/token-classification.js';
import { cellsOf } from '../testing/cells.js';
import { checkpointDir, pytorchDir } from '../testing/golden.js';

const vocabulary = { version: 'test', digest: 'd1', size: 30, padId: 0, maskId: 1, clsId: 2, eosId: 3 } as const;
/** SHA-256 digest of V2's token dictionary, which datasets tokenized with it state. */
const V2_DIGEST = '77296212d74b0017737e97d8ffb3f20486097554dd124beb29353bfffb4924cd';
const config = presetConfig('tiny', 30);

let folder: string;
beforeAll(() => useBackend('cpu'));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geneformer-model-'));
});

describe('a checkpoint folder', () => {
  test('keeps weights, configuration and vocabulary', async () => {
    const model = BertForMaskedLM.fromConfig(config, { seed: 3, vocabulary });
    await model.savePretrained(join(folder, 'model'));
    const again = await BertForMaskedLM.fromPretrained(join(folder, 'model'));
    expect(await again.parameters.read()).toEqual(await model.parameters.read());
    expect(again.config).toEqual(model.config);
    expect(again.vocabulary).toEqual(vocabulary);
  });

  test('has the same bytes when written twice', async () => {
    const model = BertForMaskedLM.fromConfig(config, { seed: 3, vocabulary });
    await model.savePretrained(join(folder, 'a'));
    await model.savePretrained(join(folder, 'b'));
    for (const file of ['config.json', 'model.safetensors']) {
      expect(await readFile(join(folder, 'a', file))).toEqual(await readFile(join(folder, 'b', file)));
    }
  });

  test('of PyTorch is written back unchanged, linear weights [out, in]', async () => {
    const model = await BertForMaskedLM.fromPretrained(checkpointDir);
    await model.savePretrained(join(folder, 'copy'));
    const { tensors } = await readSafetensors(join(folder, 'copy', 'model.safetensors'));
    const original = (await readSafetensors(join(checkpointDir, 'model.safetensors'))).tensors;
    expect(tensors.get('bert.encoder.layer.0.intermediate.dense.weight')?.shape).toEqual([40, 24]);
    for (const [name, tensor] of tensors) expect(tensor).toEqual(original.get(name));
  });

  test('can be read from pytorch_model.bin, with the same weights', async () => {
    const [torch, safe] = [pytorchDir, checkpointDir].map((dir) => BertForMaskedLM.fromPretrained(dir));
    expect(await (await torch).parameters.read()).toEqual(await (await safe).parameters.read());
  });

  test('can be written as pytorch_model.bin, with the same weights', async () => {
    const model = BertForMaskedLM.fromConfig(config, { seed: 3, vocabulary });
    await model.savePretrained(folder, { safeSerialization: false });
    expect((await readdir(folder)).sort()).toEqual(['config.json', 'pytorch_model.bin']);
    const again = await BertForMaskedLM.fromPretrained(folder);
    expect(await again.parameters.read()).toEqual(await model.parameters.read());
  });

  test('replaces an earlier one and leaves no other files', async () => {
    const dir = join(folder, 'model');
    await BertForMaskedLM.fromConfig(config, { seed: 1 }).savePretrained(dir);
    await BertForMaskedLM.fromConfig(config, { seed: 2 }).savePretrained(dir);
    expect(await readdir(folder)).toEqual(['model']);
    const model = await BertForMaskedLM.fromPretrained(dir);
    const second = BertForMaskedLM.fromConfig(config, { seed: 2 });
    expect(await model.parameters.read()).toEqual(await second.parameters.read());
  });

  // Like `save_pretrained` of transformers 5, which removes shards of the same format and keeps everything else.
  test('keeps other files, and the modes of files and folder', async () => {
    await chmod(folder, 0o750);
    for (const file of ['README.md', '.gitattributes', 'pytorch_model.bin', 'tokens.pkl']) {
      await writeFile(join(folder, file), 'theirs');
    }
    for (const file of ['model-00001-of-00002.safetensors', 'model.safetensors.index.json']) {
      await writeFile(join(folder, file), 'stale');
    }
    const model = BertForMaskedLM.fromConfig(config, { seed: 3 });
    const before = [process.cwd(), process.umask(0o022)] as const;
    process.chdir(folder);
    try {
      await model.savePretrained('.');
    } finally {
      process.chdir(before[0]);
      process.umask(before[1]);
    }
    expect((await readdir(folder)).sort()).toEqual(
      ['.gitattributes', 'README.md', 'config.json', 'model.safetensors', 'pytorch_model.bin', 'tokens.pkl'].sort(),
    );
    const modes = ['.', 'config.json', 'model.safetensors'].map(async (name) => (await stat(join(folder, name))).mode);
    expect((await Promise.all(modes)).map((mode) => (mode & 0o777).toString(8))).toEqual(['750', '644', '644']);
    const again = await BertForMaskedLM.fromPretrained(folder);
    expect(await again.parameters.read()).toEqual(await model.parameters.read());
  });

  test('does not load older weights of another format', async () => {
    await BertForMaskedLM.fromConfig(config, { seed: 1 }).savePretrained(folder);
    await writeFile(join(folder, 'pytorch_model-00001-of-00002.bin'), 'stale');
    const model = BertForMaskedLM.fromConfig(config, { seed: 2 });
    await model.savePretrained(folder, { safeSerialization: false });
    expect((await readdir(folder)).sort()).toEqual(['config.json', 'pytorch_model.bin']);
    const again = await BertForMaskedLM.fromPretrained(folder);
    expect(await again.parameters.read()).toEqual(await model.parameters.read());
  });

  test('does not replace a file', async () => {
    await writeFile(join(folder, 'file'), 'x');
    const saving = BertForMaskedLM.fromConfig(config).savePretrained(join(folder, 'file'));
    await expect(saving).rejects.toThrow(/file: is a file; name a folder/);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('x');
  });
});

describe('a classifier', () => {
  test('from a pretrained folder keeps the encoder and initializes a new head', async () => {
    const pretrained = BertForMaskedLM.fromConfig(config, { seed: 1, vocabulary });
    await pretrained.savePretrained(folder);
    const options = { labels: ['a', 'b', 'c'], seed: 9 };
    const model = await BertForSequenceClassification.fromPretrained(folder, options);
    const [below, all] = [await pretrained.parameters.read(), await model.parameters.read()];
    for (const [name, values] of all) {
      if (below.has(name)) expect(values).toEqual(below.get(name));
    }
    const fresh = BertForSequenceClassification.fromConfig(config, options);
    expect(all.get('classifier.weight')).toEqual((await fresh.parameters.read()).get('classifier.weight'));
    expect(model.vocabulary).toEqual(vocabulary);
  });

  test('stores its labels and pooling in the folder', async () => {
    const labels = ['cTEC', 'mTEC'];
    const model = BertForSequenceClassification.fromConfig(config, { labels, pooling: 'mean' });
    await model.savePretrained(folder);
    const again = await BertForSequenceClassification.fromPretrained(folder);
    expect(again.labels).toEqual(labels);
    expect(again.pooling).toBe('mean');
    const stored = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
    expect(stored).toMatchObject({ id2label: { 0: 'cTEC', 1: 'mTEC' }, label2id: { cTEC: 0, mTEC: 1 } });
  });

  test('refuses labels that differ from those of the folder', async () => {
    await BertForSequenceClassification.fromConfig(config, { labels: ['a', 'b'] }).savePretrained(folder);
    const other = BertForSequenceClassification.fromPretrained(folder, { labels: ['a', 'c'] });
    await expect(other).rejects.toThrow('its classes are a, b, not a, c; omit "labels" to use them');
  });

  test('requires class names for a new head, sorted and at least two', async () => {
    await BertForMaskedLM.fromConfig(config).savePretrained(folder);
    await expect(BertForSequenceClassification.fromPretrained(folder)).rejects.toThrow('give the class names');
    const create = (labels: string[]) => BertForSequenceClassification.fromConfig(config, { labels });
    expect(() => create(['b', 'a'])).toThrow('sorted and unique: "a" follows "b"');
    expect(() => create(['a'])).toThrow('needs at least two');
  });
});

describe('a regression', () => {
  test("stores its names, and has Hugging Face's problem_type", async () => {
    const model = BertForSequenceRegression.fromConfig(config, { labels: ['size', 'age'], pooling: 'mean' });
    await model.savePretrained(folder);
    const again = await BertForSequenceRegression.fromPretrained(folder);
    expect([again.labels, again.pooling]).toEqual([['size', 'age'], 'mean']);
    const stored = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
    expect(stored).toMatchObject({
      architectures: ['BertForSequenceClassification'],
      problem_type: 'regression',
      id2label: { 0: 'size', 1: 'age' },
    });
    await expect(BertForSequenceClassification.fromPretrained(folder)).rejects.toThrow('give the class names');
  });

  test('requires different names', () => {
    const create = (labels: string[]) => BertForSequenceRegression.fromConfig(config, { labels });
    expect(() => create([])).toThrow('labels is empty; give the name of at least one value');
    expect(() => create(['a', 'a'])).toThrow('labels are a, a; give each value a different name');
  });
});

describe('a trained head that would be misread or ignored is refused', () => {
  const labels = ['a', 'b'];
  const saved = async (
    tensorsOf: (tensors: Map<string, { shape: number[]; data: Float32Array }>) => void,
    settings: object = {},
  ) => {
    await BertForSequenceClassification.fromConfig(config, { labels }).savePretrained(folder);
    const file = join(folder, 'model.safetensors');
    const read = await readSafetensors(file);
    const tensors = new Map(
      [...read.tensors].map(([name, { shape, data }]) => [name, { shape, data: data as Float32Array }]),
    );
    tensorsOf(tensors);
    await writeSafetensors(file, tensors);
    const stored = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...stored, ...settings }));
    return BertForSequenceClassification.fromPretrained(folder, { labels });
  };
  const rename = (from: string, to: string) => (tensors: Map<string, { shape: number[]; data: Float32Array }>) => {
    tensors.set(to, tensors.get(from)!);
    tensors.delete(from);
  };

  test.each([
    ['classifier.weight', 'classifier.1.weight'],
    ['classifier.weight', 'classifier.weight_v'],
    ['classifier.weight', 'classifier.parametrizations.weight.original1'],
  ])('a %s called %s', async (from, to) => {
    await expect(saved(rename(from, to))).rejects.toThrow(`has a classifier that is not one linear layer ('${to}')`);
  });

  test('a sequence classifier without its pooler', async () => {
    const loading = saved((tensors) => {
      for (const name of [...tensors.keys()]) if (name.startsWith('bert.pooler')) tensors.delete(name);
    });
    await expect(loading).rejects.toThrow(/is a BertForSequenceClassification without its pooler/);
  });

  test('a classifier of several labels per cell, whose probabilities do not add up to 1', async () => {
    const loading = saved(() => undefined, { problem_type: 'multi_label_classification' });
    await expect(loading).rejects.toThrow(/is a classifier with several labels per cell \(problem_type: multi_label/);
  });

  test('weights that are not numbers', async () => {
    const loading = saved((tensors) => (tensors.get('classifier.weight')!.data[3] = NaN));
    await expect(loading).rejects.toThrow(/'classifier.weight' contains NaN; the training that wrote it diverged/);
  });

  test('a gene classifier that is loaded as a cell classifier; the error names its head', async () => {
    await BertForTokenClassification.fromConfig(config, { labels }).savePretrained(folder);
    await expect(BertForSequenceClassification.fromPretrained(folder)).rejects.toThrow(
      'has a trained head for token-classification, not for sequence-classification; give the class names',
    );
  });
});

describe('a folder with other tensors or fields', () => {
  const edit = async (change: (tensors: Map<string, { shape: number[]; data: Float32Array }>) => void) => {
    await cp(checkpointDir, folder, { recursive: true });
    const file = join(folder, 'model.safetensors');
    const tensors = new Map(
      [...(await readSafetensors(file)).tensors].map(([name, { shape, data }]) => [
        name,
        { shape, data: data as Float32Array },
      ]),
    );
    change(tensors);
    await writeSafetensors(file, tensors);
    return BertForMaskedLM.fromPretrained(folder);
  };

  test('is reported with all missing, unexpected and mis-shaped tensors', async () => {
    const loading = edit((tensors) => {
      tensors.delete('bert.encoder.layer.2.output.dense.bias');
      tensors.set('bert.encoder.layer.3.output.dense.bias', { shape: [24], data: new Float32Array(24) });
      tensors.set('cls.predictions.bias', { shape: [36], data: new Float32Array(36) });
    });
    await expect(loading).rejects.toMatchObject({
      tag: 'CheckpointMismatchError',
      missing: ['bert.encoder.layer.2.output.dense.bias'],
      unexpected: ['bert.encoder.layer.3.output.dense.bias'],
      misshaped: [{ name: 'cls.predictions.bias', expected: [37], found: [36] }],
    });
  });

  test('can contain heads of other tasks, but no extra tensors of its own', async () => {
    const more = (name: string) => edit((tensors) => tensors.set(name, { shape: [2, 24], data: new Float32Array(48) }));
    await expect(more('cls.predictions.projection.weight')).rejects.toMatchObject({
      unexpected: ['cls.predictions.projection.weight'],
    });
    expect((await more('cls.seq_relationship.weight')).parameterCount).toBeGreaterThan(0);
    expect((await more('classifier.out_proj.weight')).parameterCount).toBeGreaterThan(0);
  });

  test('is refused if a weight is not a floating-point number', async () => {
    await cp(checkpointDir, folder, { recursive: true });
    const file = join(folder, 'model.safetensors');
    const tensors = new Map<string, { shape: number[]; data: Float32Array | BigInt64Array }>();
    for (const [name, { shape, data }] of (await readSafetensors(file)).tensors) {
      tensors.set(name, { shape, data: data as Float32Array });
    }
    tensors.set('cls.predictions.bias', { shape: [37], data: new BigInt64Array(37) });
    await writeSafetensors(file, tensors);
    await expect(BertForMaskedLM.fromPretrained(folder)).rejects.toThrow('"cls.predictions.bias" is "I64"');
  });

  test('can contain position ids and a copy of the tied decoder', async () => {
    const model = await edit((tensors) => {
      const bias = tensors.get('cls.predictions.bias');
      const words = tensors.get('bert.embeddings.word_embeddings.weight');
      if (!bias || !words) throw new Error('fixture');
      tensors.set('bert.embeddings.position_ids', { shape: [1, 20], data: new Float32Array(20) });
      tensors.set('cls.predictions.decoder.weight', words);
      tensors.set('cls.predictions.decoder.bias', bias);
      tensors.delete('cls.predictions.bias');
    });
    const original = await BertForMaskedLM.fromPretrained(checkpointDir);
    expect(await model.parameters.read()).toEqual(await original.parameters.read());
  });

  test('can be a bare encoder for a classifier, without the prefix bert.', async () => {
    await cp(checkpointDir, folder, { recursive: true });
    const file = join(folder, 'model.safetensors');
    const { tensors } = await readSafetensors(file);
    const bare = [...tensors].filter(([name]) => /^bert\.(embeddings|encoder)/.test(name));
    const renamed = bare.map(([name, { shape, data }]) => [name.slice(5), { shape, data }] as const);
    await writeSafetensors(file, new Map(renamed));
    const model = await BertForSequenceClassification.fromPretrained(folder, { labels: ['x', 'y'] });
    expect(model.parameterCount).toBeGreaterThan(0);
  });

  test('with another vocabulary is refused', async () => {
    await BertForMaskedLM.fromConfig(config, { vocabulary }).savePretrained(folder);
    const loading = BertForMaskedLM.fromPretrained(folder, { vocabulary: { ...vocabulary, digest: 'd2' } });
    await expect(loading).rejects.toMatchObject({ tag: 'VocabularyMismatchError' });
  });

  test('that was published has the vocabulary of its size, and refuses any other', async () => {
    const v1 = { ...config, vocab_size: 25_426, hidden_size: 4 };
    await BertForMaskedLM.fromConfig(v1).savePretrained(folder);
    const model = await BertForMaskedLM.fromPretrained(folder);
    expect(model.vocabulary).toMatchObject({ version: 'V1', digest: expect.stringMatching(/^2de215b6/), clsId: null });
    const loading = BertForMaskedLM.fromPretrained(folder, { vocabulary: { ...vocabulary, size: 25_426 } });
    await expect(loading).rejects.toMatchObject({ tag: 'VocabularyMismatchError' });
  });

  test('of a published size has that vocabulary in a new model too, and the error names both vocabularies', async () => {
    const model = BertForMaskedLM.fromConfig({ ...config, vocab_size: 25_426, hidden_size: 4 });
    const v2 = { ...cellsOf([[2, 9, 3]]), vocabularyDigest: V2_DIGEST };
    await expect(embedCells(model, v2)).rejects.toThrow(
      'the cells have vocabulary V2 (77296212d74b…), the model has V1 (2de215b65939…)',
    );
  });

  test.each([
    [{ hidden_act: 'gelu' }, '"hidden_act" is "gelu"'],
    [{ num_attention_heads: 5 }, '"num_attention_heads" is 5; it must divide hidden_size'],
    [{ vocab_size: '37' }, '"vocab_size" is "37"; give a number'],
    [{ position_embedding_type: 'relative_key' }, 'only "absolute" is supported'],
  ])('with %j in config.json is refused', async (change, message) => {
    await cp(checkpointDir, folder, { recursive: true });
    const file = join(folder, 'config.json');
    const original = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...original, ...change }));
    await expect(BertForMaskedLM.fromPretrained(folder)).rejects.toThrow(message);
  });

  test('that does not exist is refused, and the error describes a checkpoint folder', async () => {
    await expect(BertForMaskedLM.fromPretrained(join(folder, 'none'))).rejects.toThrow(
      'give a folder with config.json and model.safetensors',
    );
  });
});
