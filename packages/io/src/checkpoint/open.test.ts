import { describe, expect, test } from '@jest/globals';
import { copyFile, mkdir } from 'node:fs/promises';
import { FieldMissingError, FileMissingError } from '../errors.js';
import { readSafetensors } from '../safetensors/read.js';
import { fixture, scratch } from '../testing/folder.js';
import { openCheckpoint, readCheckpoint } from './open.js';

const at = scratch();

describe('readCheckpoint', () => {
  test('reads the weights of a folder, safetensors before PyTorch', async () => {
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

  test('tells the format by the bytes, whatever the name', async () => {
    await copyFile(fixture('torch/checkpoint.bin'), at('renamed.safetensors'));
    expect((await readCheckpoint(at('renamed.safetensors'))).format).toBe('pytorch');
  });

  test('a folder without weights and a path without a file', async () => {
    await mkdir(at('empty'));
    await expect(readCheckpoint(at('empty'))).rejects.toThrow(/has no model.safetensors or pytorch_model.bin/);
    await expect(readCheckpoint(at('none'))).rejects.toThrow(FileMissingError);
  });
});

describe('openCheckpoint', () => {
  test.each(['reference.safetensors', 'torch/checkpoint.bin'])('%s: one tensor at a time', async (name) => {
    const opened = await openCheckpoint(fixture(name));
    const whole = await readCheckpoint(fixture(name));
    for (const [tensor, { dtype, shape }] of opened.tensors) {
      expect(await opened.read(tensor)).toEqual({ ...whole.tensors.get(tensor)!, dtype, shape });
    }
    await expect(opened.read('absent')).rejects.toThrow(FieldMissingError);
    await opened.close();
  });
});
