import { FormatError, GeneformerError, UnsupportedError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixture, scratch } from '../../testing/folder.js';
import { openCheckpoint, readCheckpoint } from '../open.js';

const at = scratch();
const golden = JSON.parse(readFileSync(fixture('torch/checkpoint.json'), 'utf8')) as Record<
  string,
  { dtype: string; shape: number[]; values: string[] }
>;

/** Parses a number in Python's notation. */
const fromPython = (text: string): number => Number(text.replace('inf', 'Infinity'));

describe('a checkpoint of PyTorch', () => {
  test.each(['checkpoint.bin', 'zip64.bin'])('%s contains the tensors that torch reads', async (name) => {
    const { tensors, format, metadata } = await readCheckpoint(fixture(`torch/${name}`));
    expect({ format, metadata }).toEqual({ format: 'pytorch', metadata: {} });
    expect([...tensors.keys()]).toEqual(Object.keys(golden));
    for (const [name, { dtype, shape, data }] of tensors) {
      const expected = golden[name];
      expect({ name, dtype, shape }).toEqual({ name, dtype: expected.dtype, shape: expected.shape });
      expect(Array.from(data as Float32Array, Number)).toEqual(
        dtype === 'F32' ? [...Float32Array.from(expected.values, fromPython)] : expected.values.map(fromPython),
      );
    }
  });

  test('tied weights share one array, and integers keep all their bits', async () => {
    const { tensors } = await readCheckpoint(fixture('torch/checkpoint.bin'));
    expect(tensors.get('decoder.weight')!.data).toBe(tensors.get('embeddings.weight')!.data);
    expect(tensors.get('position_ids')!.data).toEqual(BigInt64Array.of(0n, 1n, -(2n ** 40n)));
  });
});

describe('a state dictionary inside the checkpoint of a training program', () => {
  test('is found under state_dict, the key of Lightning', async () => {
    const { tensors } = await readCheckpoint(fixture('torch/nested.bin'));
    expect(tensors).toEqual(new Map([['w', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 1) }]]));
  });

  test('is read one tensor at a time, while other objects are ignored and never created', async () => {
    const opened = await openCheckpoint(fixture('torch/training.bin'));
    expect([...opened.tensors.keys()]).toEqual(['w']);
    expect((await opened.read('w')).data).toEqual(Float32Array.of(1, 2.5));
    expect([...opened.refused]).toEqual(['mask']);
    await expect(opened.read('mask')).rejects.toThrow(/tensor 'mask': torch.BoolStorage is not supported/);
    await opened.close();
    await expect(readCheckpoint(fixture('torch/training.bin'))).rejects.toThrow(UnsupportedError);
    expect(existsSync('unpickled')).toBe(false);
  });
});

describe('rejected files are named with the reason', () => {
  test.each([
    [
      'hostile.bin',
      /data.pkl: the name posix.system is not supported; only tensors are supported and nothing is executed/,
    ],
    ['module.bin', /the name torch.nn.modules.linear.Linear is not supported; .* save only model.state_dict\(\)/],
    ['several.bin', /weights under each of 'state_dict', 'model' is not supported; save only one of them/],
    ['double.bin', /tensor 'w': torch.DoubleStorage is not supported; store it as F32, F16/],
    [
      'expanded.bin',
      /tensor 'w': a view that repeats its stored elements many times is not supported; call contiguous/,
    ],
    ['legacy.bin', /the format of PyTorch before 1.6 is not supported; write it again: torch.save\(/],
  ])('%s', async (name, message) => {
    const reading = readCheckpoint(fixture(`torch/${name}`));
    await expect(reading).rejects.toThrow(UnsupportedError);
    await expect(reading).rejects.toThrow(message);
    expect(existsSync('unpickled')).toBe(false);
  });

  test('detects changed weights by their checksum', async () => {
    const bytes = await readFile(fixture('torch/checkpoint.bin'));
    // The first storage begins with 0 / 7, 1 / 7, 2 / 7.
    const start = bytes.indexOf(Buffer.from(Float32Array.of(0, 1 / 7, 2 / 7).buffer));
    bytes[start] ^= 1;
    await writeFile(at('changed.bin'), bytes);
    await expect(readCheckpoint(at('changed.bin'))).rejects.toThrow(FormatError);
    await expect(readCheckpoint(at('changed.bin'))).rejects.toThrow(/entry '.*data\/0' has checksum [0-9a-f]{8} but/);
  });

  test('reports an incomplete file and a compressed archive', async () => {
    const bytes = await readFile(fixture('torch/checkpoint.bin'));
    await writeFile(at('short.bin'), bytes.subarray(0, bytes.length - 30));
    await expect(readCheckpoint(at('short.bin'))).rejects.toThrow(/is a zip archive without a directory at its end/);
    const entry = bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    bytes[entry + 10] = 8;
    await writeFile(at('deflated.bin'), bytes);
    await expect(readCheckpoint(at('deflated.bin'))).rejects.toThrow(/compression method 8 is not supported/);
  });

  test('returns a value or throws a named error when any bytes are changed', async () => {
    const whole = await readFile(fixture('torch/zip64.bin'));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const mutated = Buffer.from(whole);
        for (const [position, value] of changes) mutated[position] = value;
        await writeFile(at('mutated.bin'), mutated);
        const outcome: unknown = await readCheckpoint(at('mutated.bin')).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(GeneformerError);
      }),
      { numRuns: 300 },
    );
  });
});

const samples = join(process.env['GENEFORMER_DATA'] ?? '', 'geneformer-configs/torch-zip-samples');
(existsSync(samples) && process.env['GENEFORMER_DATA'] ? describe : describe.skip)(
  'files found with Geneformer',
  () => {
    test.each([
      ['training_args_12L.bin', /the name transformers\.\S+ is not supported/],
      ['rng_state.pth', /rng_state.pth: .* is not supported/],
      ['scheduler.pt', /'base_lrs': a value that is not a tensor is not supported/],
      ['helical_neural_network.pth', /the name torch.nn.modules.container.Sequential is not supported/],
    ])('rejects %s, which is not a state dictionary, and runs nothing', async (name, message) => {
      await expect(readCheckpoint(join(samples, name))).rejects.toThrow(message);
    });
  },
);
