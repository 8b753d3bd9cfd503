import { FieldMissingError, FileMissingError, GeneformerError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixture, scratch } from '../testing/folder.js';
import { openCheckpoint, readCheckpoint } from './open.js';
import { readSafetensors } from './safetensors.js';
import { writeSafetensors } from './write-safetensors.js';

const at = scratch();

describe('readCheckpoint', () => {
  test('reads the weights of a folder and prefers safetensors to PyTorch', async () => {
    await mkdir(at('model'));
    await copyFile(fixture('torch/checkpoint.bin'), at('model/pytorch_model.bin'));
    const torch = await readCheckpoint(at('model'));
    expect([torch.path, torch.format]).toEqual([at('model/pytorch_model.bin'), 'pytorch']);
    expect(torch.tensors.get('scalar')).toEqual({ dtype: 'F32', shape: [], data: Float32Array.of(2.5) });
    await copyFile(fixture('reference.safetensors'), at('model/model.safetensors'));
    const { path, format, tensors, metadata } = await readCheckpoint(at('model'));
    expect({ path, format }).toEqual({ path: at('model/model.safetensors'), format: 'safetensors' });
    expect({ tensors, metadata }).toEqual(await readSafetensors(fixture('reference.safetensors')));
  });

  test('detects the format from the bytes, not from the name', async () => {
    await copyFile(fixture('torch/checkpoint.bin'), at('renamed.safetensors'));
    expect((await readCheckpoint(at('renamed.safetensors'))).format).toBe('pytorch');
  });

  test('rejects a folder without weights and a missing file', async () => {
    await mkdir(at('empty'));
    await expect(readCheckpoint(at('empty'))).rejects.toThrow(/has no model.safetensors or pytorch_model.bin/);
    await expect(readCheckpoint(at('none'))).rejects.toThrow(FileMissingError);
  });
});

describe('openCheckpoint', () => {
  test.each(['reference.safetensors', 'torch/checkpoint.bin'])('reads %s one tensor at a time', async (name) => {
    const opened = await openCheckpoint(fixture(name));
    const whole = await readCheckpoint(fixture(name));
    for (const [tensor, { dtype, shape }] of opened.tensors) {
      expect(await opened.read(tensor)).toEqual({ ...whole.tensors.get(tensor)!, dtype, shape });
    }
    await expect(opened.read('absent')).rejects.toThrow(FieldMissingError);
    await opened.close();
  });
});

describe('a sharded checkpoint', () => {
  const shard = async (name: string, tensors: Record<string, number>): Promise<void> =>
    writeSafetensors(
      at(name),
      new Map(Object.entries(tensors).map(([key, value]) => [key, { shape: [1], data: Float32Array.of(value) }])),
    );
  const index = async (folder: string, weight_map: unknown): Promise<void> =>
    writeFile(at(`${folder}/model.safetensors.index.json`), JSON.stringify({ metadata: {}, weight_map }));
  const folder = async (name: string, weight_map: unknown): Promise<string> => {
    await mkdir(at(name));
    await shard(`${name}/a.safetensors`, { x: 1, y: 2 });
    await shard(`${name}/b.safetensors`, { z: 3 });
    await index(name, weight_map);
    return at(name);
  };
  const sound = { x: 'a.safetensors', y: 'a.safetensors', z: 'b.safetensors' };

  test('is opened by its folder or by its index', async () => {
    const dir = await folder('shards', sound);
    const { tensors, path } = await readCheckpoint(dir);
    expect(path).toBe(join(dir, 'model.safetensors.index.json'));
    expect([...tensors].map(([name, { data }]) => [name, ...data])).toEqual([
      ['x', 1],
      ['y', 2],
      ['z', 3],
    ]);
    expect((await readCheckpoint(path)).tensors).toEqual(tensors);
  });

  test.each([
    [
      'a missing shard',
      { ...sound, w: 'c.safetensors' },
      /c\.safetensors: .*1 of the 3 shards in model\.safe.*download them too/,
    ],
    [
      'a tensor in the wrong shard',
      { ...sound, y: 'b.safetensors' },
      /tensor 'y': is in 'a\.safetensors' but belongs in 'b/,
    ],
    ['a tensor in none of the shards', { ...sound, w: 'b.safetensors' }, /tensor 'w': is not in 'b\.safetensors'/],
    [
      'a tensor that the index does not list',
      { x: 'a.safetensors', z: 'b.safetensors' },
      /tensor 'y': .* but is not in weight_map/,
    ],
    [
      'a path that leaves the folder',
      { ...sound, x: '../a.safetensors' },
      /weight_map\['x'\]: is in "\.\.\/a\.safetensors", which is not/,
    ],
    ['an absolute path', { ...sound, x: '/etc/passwd' }, /which is not the name of a file beside the index/],
    ['a Windows path', { ...sound, x: '..\\a.safetensors' }, /which is not the name of a file beside the index/],
    ['a number', { ...sound, x: 1 }, /is in 1, which is not the name of a file/],
    ['no map', ['a.safetensors'], /weight_map: does not map tensors to files/],
  ])('names %s', async (name, map, message) => {
    const reading = readCheckpoint(await folder(name.replaceAll(' ', '-'), map));
    await expect(reading).rejects.toThrow(GeneformerError);
    await expect(reading).rejects.toThrow(message);
  });

  test('names both shards of a tensor that is in two of them', async () => {
    const dir = await folder('twice', sound);
    await shard('twice/b.safetensors', { z: 3, x: 4 });
    await expect(readCheckpoint(dir)).rejects.toThrow(
      /tensor 'x': is in 'b\.safetensors' but belongs in 'a\.safetensors'/,
    );
  });
});

test('explains how to merge an adapter instead of asking to rename it', async () => {
  await mkdir(at('adapter'));
  await copyFile(fixture('torch/nested.bin'), at('adapter/adapter_model.bin'));
  await expect(readCheckpoint(at('adapter'))).rejects.toThrow(/contains a LoRA adapter; merge it into its model/);
});

test('lists the weights of a folder when they have another name', async () => {
  await mkdir(at('named'));
  await copyFile(fixture('torch/nested.bin'), at('named/best.ckpt'));
  await expect(readCheckpoint(at('named'))).rejects.toThrow(
    /the folder has best\.ckpt; rename the weights to model\.safe/,
  );
  expect((await readCheckpoint(at('named/best.ckpt'))).format).toBe('pytorch');
});
