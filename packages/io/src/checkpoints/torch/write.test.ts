import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { scratch } from '../../testing/folder.js';
import { readCheckpoint } from '../open.js';
import { writeTorch } from './write.js';

const at = scratch();

// `nx run model:parity` checks that PyTorch reads the same.
describe('tensors written in the format of torch.save', () => {
  const tensors = new Map<string, { shape: number[]; data: Float32Array | BigInt64Array | Int32Array }>([
    ['bert.weight', { shape: [2, 3], data: Float32Array.of(0, -1.5, 2, 3e38, -0, Infinity) }],
    ['ids', { shape: [1, 2], data: BigInt64Array.of(-(2n ** 40n), 7n) }],
    ['counts', { shape: [3], data: Int32Array.of(1, -2, 3) }],
    ['scalar', { shape: [], data: Float32Array.of(4) }],
    ['none', { shape: [0, 4], data: new Float32Array(0) }],
    ['__proto__ ñ', { shape: [1], data: Float32Array.of(5) }],
  ]);

  test('are read back in their order', async () => {
    await writeTorch(at('model.bin'), tensors);
    const read = await readCheckpoint(at('model.bin'));
    expect(read.format).toBe('pytorch');
    expect([...read.tensors.keys()]).toEqual([...tensors.keys()]);
    for (const [name, { shape, data }] of read.tensors) expect({ shape, data }).toEqual(tensors.get(name));
  });

  test('have the same bytes when written twice', async () => {
    await writeTorch(at('a.bin'), tensors);
    await writeTorch(at('b.bin'), tensors);
    expect(await readFile(at('a.bin'))).toEqual(await readFile(at('b.bin')));
  });

  test('must match their shapes', async () => {
    const wrong = new Map([['w', { shape: [2, 2], data: new Float32Array(3) }]]);
    await expect(writeTorch(at('wrong.bin'), wrong)).rejects.toThrow("tensor 'w'");
  });
});
