import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { registry } from 'zarrita';
import { decoderOf } from './browser.js';
import type { DecoderName } from './node.js';

/** Bytes with repetitions near and far, with stretches of noise, and with numbers that differ little. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.nat(4000))
        .map(([part, times]) => repeat(part, times)),
      fc.nat(30_000).map((length) => new Uint8Array(length)),
      fc.nat(20_000).map((length) => new Uint8Array(Int32Array.from({ length }, (_, i) => 5 * i).buffer)),
      fc.tuple(fc.nat(20_000), fc.nat()).map(([length, seed]) => noise(length, seed)),
    ),
    { maxLength: 5 },
  )
  .map((parts) => Uint8Array.from(Buffer.concat([...parts, ...parts.slice(0, 1)])));

/** Compresses with numcodecs and decompresses with the decoder for browsers. */
async function roundTrip(name: DecoderName, config: object, bytes: Uint8Array): Promise<Uint8Array> {
  const entry = await registry.get(name)!();
  const codec = entry.fromConfig(config, {} as never) as unknown as { encode(bytes: Uint8Array): Promise<Uint8Array> };
  return (await decoderOf(name))(await codec.encode(bytes));
}

function isSame(actual: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.compare(actual, expected)).toBe(0);
}

describe('the decoders for browsers undo the encoders of numcodecs', () => {
  const compressors = ['blosclz', 'lz4', 'lz4hc', 'zlib', 'zstd'];
  test.each(compressors.flatMap((cname) => [0, 1, 2].map((shuffle) => [cname, shuffle] as const)))(
    'blosc with %s and shuffle %d',
    async (cname, shuffle) => {
      await fc.assert(
        fc.asyncProperty(
          content,
          fc.constantFrom(1, 5, 9),
          fc.constantFrom(0, 1000, 9000),
          async (bytes, clevel, blocksize) => {
            isSame(await roundTrip('blosc', { cname, shuffle, clevel, blocksize }, bytes), bytes);
          },
        ),
        { numRuns: 25, seed: 1 },
      );
    },
  );

  test.each([1, 10])('lz4 with acceleration %d', async (acceleration) => {
    await fc.assert(
      fc.asyncProperty(content, async (bytes) => isSame(await roundTrip('lz4', { acceleration }, bytes), bytes)),
      { numRuns: 100, seed: 1 },
    );
  });

  test.each([1, 5, 19])('zstd of level %d', async (level) => {
    await fc.assert(
      fc.asyncProperty(content, async (bytes) => isSame(await roundTrip('zstd', { level }, bytes), bytes)),
      { numRuns: 50, seed: 1 },
    );
  });
});

describe('damaged chunks', () => {
  test.each(['blosc', 'lz4', 'zstd'] as const)('of %s give bytes of the stated size, or an error', async (name) => {
    const entry = await registry.get(name)!();
    const config = { cname: 'lz4', shuffle: 1, clevel: 5, blocksize: 0, acceleration: 1, level: 3 };
    const codec = entry.fromConfig(config, {} as never) as unknown as {
      encode(bytes: Uint8Array): Promise<Uint8Array>;
    };
    const packed = await codec.encode(Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251));
    const decode = await decoderOf(name);
    // The first bytes have the size, which the caller checks.
    const first = name === 'blosc' ? 16 : name === 'lz4' ? 4 : 9;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: first, max: packed.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const damaged = packed.slice();
          damaged[at] ^= change;
          const length = await decode(damaged).then(
            (bytes) => bytes.length,
            () => -1,
          );
          if (length === -1) refused++;
          else expect(length).toBe(5000);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
    for (const length of [first, packed.length >> 1, packed.length - 1]) {
      await expect(decode(packed.slice(0, length))).rejects.toThrow();
    }
    expect(refused).toBeGreaterThan(0);
  });
});

function repeat(part: Uint8Array, times: number): Uint8Array {
  return Uint8Array.from({ length: part.length * times }, (_, i) => part[i % part.length]);
}

function noise(length: number, seed: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) ^ (state << 7);
    return state >>> 24;
  });
}
