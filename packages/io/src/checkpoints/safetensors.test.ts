import { ArgumentError, FileMissingError, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { widenFloat16 } from '../base/half-precision.js';
import { fixture, scratch } from '../testing/folder.js';
import { readSafetensors } from './safetensors.js';
import { writeSafetensors } from './write-safetensors.js';
import type { TensorData } from './tensors.js';

const at = scratch();

function bytes(header: unknown, body = 0, length?: bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([prefix, text, Buffer.alloc(body)]);
}

describe('readSafetensors', () => {
  test('reads a file of the reference implementation and converts half precision', async () => {
    const { tensors, metadata } = await readSafetensors(fixture('reference.safetensors'));
    expect(metadata).toEqual({ format: 'pt' });
    expect(tensors.get('weight')).toEqual({
      dtype: 'F32',
      shape: [2, 3],
      data: Float32Array.from([0, 1, 2, 3, 4, 5], (i) => i / 7),
    });
    expect(tensors.get('position_ids')).toEqual({
      dtype: 'I64',
      shape: [1, 3],
      data: BigInt64Array.of(0n, 1n, -(2n ** 40n)),
    });
    expect(tensors.get('small')).toEqual({ dtype: 'I32', shape: [2], data: Int32Array.of(-5, 2 ** 31 - 1) });
    expect(tensors.get('brain')).toEqual({
      dtype: 'BF16',
      shape: [2, 2],
      data: Float32Array.of(1, -2.5, 3.140625, Infinity),
    });
    // 6e-8 rounds to the smallest subnormal half-precision number.
    expect(tensors.get('half')).toEqual({
      dtype: 'F16',
      shape: [6],
      data: Float32Array.of(1.5, -0, 65504, 2 ** -24, Infinity, -2.001953125),
    });
  });

  test('converts half-precision NaN and negative infinity', () => {
    expect(widenFloat16(Uint16Array.of(0x7e00, 0xfc00, 0x8001))).toEqual(Float32Array.of(NaN, -Infinity, -(2 ** -24)));
  });

  const f32 = (begin: number, end: number, shape = [1]): object => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });
  const hostile: [string, Buffer, RegExp][] = [
    ['too short', Buffer.from('abc'), /is only 3 bytes long/],
    ['a header longer than the file', bytes('{}', 0, 1000n), /claims 1000 bytes in a file of 10/],
    ['a header of 2^63 bytes', bytes('{}', 0, 2n ** 63n), /claims 9223372036854775808 bytes/],
    ['a header that is not JSON', bytes('{"a":'), /header: is not JSON/],
    ['a header that is a list', bytes([]), /header: is not a JSON object/],
    ['metadata that is not text', bytes({ __metadata__: { a: 1 } }), /__metadata__: does not map strings to strings/],
    ['a tensor that is a number', bytes({ a: 1 }), /tensor 'a': is not described/],
    ['a negative size', bytes({ a: f32(0, 4, [-1]) }, 4), /tensor 'a': has a shape that is not a list of integers/],
    ['offsets that are strings', bytes({ a: { ...f32(0, 4), data_offsets: ['0', '4'] } }, 4), /not two integers/],
    ['offsets of another size', bytes({ a: f32(0, 8) }, 8), /takes 8 bytes but F32 \[1\] needs 4/],
    ['a shape beyond any memory', bytes({ a: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4), /takes 4 bytes/],
    ['overlapping tensors', bytes({ a: f32(0, 8, [2]), b: f32(4, 8) }, 8), /tensor 'b': begins at 4 .* overlaps/],
    ['a gap', bytes({ a: f32(0, 4), b: f32(8, 12) }, 12), /tensor 'b': begins at 8 instead of 4: it leaves a gap/],
    [
      'data that the header does not describe',
      bytes({ a: f32(0, 4) }, 8),
      /is 8 bytes long but the header describes 4/,
    ],
    ['incomplete data', bytes({ a: f32(0, 4) }, 2), /is 2 bytes long but the header describes 4/],
  ];

  test.each(hostile)('%s', async (_, content, message) => {
    await writeFile(at('hostile'), content);
    await expect(readSafetensors(at('hostile'))).rejects.toThrow(FormatError);
    await expect(readSafetensors(at('hostile'))).rejects.toThrow(message);
  });

  test('names an unsupported type and a missing file', async () => {
    await writeFile(at('f8'), bytes({ a: { dtype: 'F8_E4M3', shape: [4], data_offsets: [0, 4] } }, 4));
    await expect(readSafetensors(at('f8'))).rejects.toThrow(UnsupportedError);
    await expect(readSafetensors(at('f8'))).rejects.toThrow(/tensor 'a': dtype "F8_E4M3" is not supported/);
    await expect(readSafetensors(at('none'))).rejects.toThrow(FileMissingError);
  });

  test('returns a value or throws a named error when any byte is changed', async () => {
    const whole = await readFile(fixture('reference.safetensors'));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (position, change) => {
        const mutated = Buffer.from(whole);
        mutated[position] ^= change;
        await writeFile(at('mutated'), mutated);
        const outcome: unknown = await readSafetensors(at('mutated')).catch((error: unknown) => error);
        expect(
          (outcome as { tensors?: unknown; tag?: unknown }).tensors ?? (outcome as { tag?: unknown }).tag,
        ).toBeDefined();
      }),
    );
  });
});

describe('writeSafetensors', () => {
  test('writes any tensors so that they read back equal', async () => {
    const tensor: fc.Arbitrary<TensorData> = fc.oneof(fc.float32Array(), fc.bigInt64Array(), fc.int32Array());
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), tensor),
        fc.dictionary(fc.string(), fc.string()),
        async (tensors, facts) => {
          fc.pre(!('__metadata__' in tensors));
          const given = new Map(Object.entries(tensors).map(([name, data]) => [name, { shape: [data.length], data }]));
          await writeSafetensors(at('any'), given, facts);
          const read = await readSafetensors(at('any'));
          expect(read.metadata).toEqual({ ...facts });
          expect(new Map([...read.tensors].map(([name, { shape, data }]) => [name, { shape, data }]))).toEqual(given);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('writes the same bytes for any order of the tensors, and aligns them', async () => {
    const a = { shape: [], data: Float32Array.of(1) };
    const b = { shape: [1, 2], data: BigInt64Array.of(1n, 2n) };
    await writeSafetensors(
      at('ab'),
      new Map<string, { shape: number[]; data: TensorData }>([
        ['a', a],
        ['b', b],
      ]),
      { x: '1', y: '2' },
    );
    await writeSafetensors(
      at('ba'),
      new Map<string, { shape: number[]; data: TensorData }>([
        ['b', b],
        ['a', a],
      ]),
      { y: '2', x: '1' },
    );
    const file = await readFile(at('ab'));
    expect(await readFile(at('ba'))).toEqual(file);
    expect(Number(file.readBigUInt64LE()) % 8).toBe(0);
    expect([...(await readSafetensors(at('ab'))).tensors.keys()]).toEqual(['b', 'a']);
  });

  test('keeps names that are special in JavaScript', async () => {
    const given = new Map([['__proto__', { shape: [1], data: Float32Array.of(7) }]]);
    await writeSafetensors(at('names'), given, { constructor: 'x' });
    const { tensors, metadata } = await readSafetensors(at('names'));
    expect(tensors.get('__proto__')?.data).toEqual(Float32Array.of(7));
    expect(Object.entries(metadata)).toEqual([['constructor', 'x']]);
  });

  test('rejects a shape that does not match, and writes nothing', async () => {
    const wrong = new Map([['w', { shape: [2, 2], data: new Float32Array(3) }]]);
    await expect(writeSafetensors(at('wrong/model'), wrong)).rejects.toThrow(ArgumentError);
    await expect(writeSafetensors(at('wrong/model'), wrong)).rejects.toThrow(/has 3 elements for shape \[2, 2\]/);
    expect(await readdir(at('.'))).not.toContain('wrong');
  });
});
