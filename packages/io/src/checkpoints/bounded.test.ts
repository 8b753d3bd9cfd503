import { FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { open, writeFile } from 'node:fs/promises';
import { scratch } from '../testing/folder.js';
import { parsePickledDictionary } from './dictionary.js';
import { openCheckpoint } from './open.js';

const at = scratch();

/** Time limit in milliseconds: several times what the slowest test needs on a small machine. */
const TIMEOUT = 30_000;

describe('time and memory are bounded for crafted files', () => {
  /** Returns a pickle of protocol 2 that repeats some instructions. */
  const pickle = (repeated: string, bytes: number): Buffer =>
    Buffer.concat([Buffer.of(0x80, 2), Buffer.alloc(bytes, repeated, 'latin1'), Buffer.from('.')]);

  test.each([
    ['dictionaries', '}'],
    ['lists', ']'],
    ['tuples of tuples', ')\x85'],
    ['marks', '('],
    ['values', 'N'],
    ['memoized values', 'N\x94'],
  ])(
    'rejects a pickle of too many %s',
    (_, repeated) => {
      const before = process.memoryUsage().heapUsed;
      expect(() => parsePickledDictionary(pickle(repeated, 90_000_000), 'bomb.pkl')).toThrow(
        /bomb\.pkl: pickle: creates more than 5000000 values/,
      );
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 29);
    },
    TIMEOUT,
  );

  test('rejects an integer of thousands of digits', () => {
    const integer = Buffer.concat([
      Buffer.of(0x80, 2, 0x8b, 0, 0, 16, 0),
      Buffer.alloc(1 << 20, 0x7f),
      Buffer.from('.'),
    ]);
    expect(() => parsePickledDictionary(integer, 'long.pkl')).toThrow(/has an integer of 1048576 bytes/);
  });

  const safetensors = (header: string, body = 0): Buffer => {
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
    return Buffer.concat([prefix, Buffer.from(header), Buffer.alloc(body)]);
  };

  test(
    'rejects a million empty tensors',
    async () => {
      const entries = Array.from({ length: 1e6 }, (_, i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`);
      await writeFile(at('million.safetensors'), safetensors(`{${entries.join()}}`));
      const opening = openCheckpoint(at('million.safetensors'));
      await expect(opening).rejects.toThrow(/header: describes 1000000 tensors; at most 200000 are supported/);
    },
    TIMEOUT,
  );

  test('rejects two tensors of the same name, of which JSON keeps the last', async () => {
    const entry = '"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
    await writeFile(at('twice.safetensors'), safetensors(`{${entry},${entry}}`, 4));
    await expect(openCheckpoint(at('twice.safetensors'))).rejects.toThrow(FormatError);
    await expect(openCheckpoint(at('twice.safetensors'))).rejects.toThrow(/describes 2 tensors under 1 names/);
  });

  test(
    'describes a hundred thousand tensors and reads none of them',
    async () => {
      const entries = Array.from({ length: 1e5 }, (_, i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`);
      await writeFile(at('many.safetensors'), safetensors(`{${entries.join()}}`));
      const opened = await openCheckpoint(at('many.safetensors'));
      expect(opened.tensors.size).toBe(1e5);
      await opened.close();
    },
    TIMEOUT,
  );

  test('accepts tensors and metadata named like a header field', async () => {
    const entry = '"data_offsets":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
    const facts = '"__metadata__":{"data_offsets":"\\"data_offsets\\":"}';
    await writeFile(at('named.safetensors'), safetensors(`{${facts},${entry}}`, 4));
    expect([...(await openCheckpoint(at('named.safetensors'))).tensors.keys()]).toEqual(['data_offsets']);
  });

  test('rejects a tensor of an unsupported type that ends before it begins', async () => {
    await writeFile(at('back.safetensors'), safetensors('{"a":{"dtype":"F8","shape":[1],"data_offsets":[4,0]}}', 0));
    await expect(openCheckpoint(at('back.safetensors'))).rejects.toThrow(FormatError);
  });

  test('rejects a sparse file of a terabyte that claims an enormous header', async () => {
    const file = await open(at('sparse.safetensors'), 'w');
    await file.write(safetensors('').subarray(0, 8).fill(0xff), 0, 8, 0);
    await file.truncate(2 ** 40);
    await file.close();
    await expect(openCheckpoint(at('sparse.safetensors'))).rejects.toThrow(/claims 18446744073709551615 bytes/);
  });
});
