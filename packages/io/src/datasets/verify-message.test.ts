import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fixture } from '../testing/folder.js';
import { verifyMessage } from './verify-message.js';

const shard = readFileSync(fixture('reference.dataset/data-00000-of-00002.arrow'));

/** Returns the description of the message at a position of the shard. */
const message = (start: number): Uint8Array => Uint8Array.from(shard.subarray(start + 8, end(start)));
const end = (start: number): number => start + 8 + shard.readInt32LE(start + 4);
const schema = message(0);
const batch = message(end(0));

/** Returns the description with a 64-bit number replaced. */
function replaced(bytes: Uint8Array, value: bigint, other: bigint): Uint8Array {
  const changed = Buffer.from(bytes);
  const wanted = Buffer.alloc(8);
  wanted.writeBigInt64LE(value);
  const place = changed.indexOf(wanted);
  expect(place).toBeGreaterThan(0);
  changed.writeBigInt64LE(other, place);
  return changed;
}

describe('verifyMessage', () => {
  test('accepts messages of the reference implementation', () => {
    verifyMessage(schema);
    verifyMessage(batch);
  });

  const bodyBytes = BigInt(shard.length - 8 - end(end(0)));

  test.each([
    ['a negative length of the data', replaced(batch, bodyBytes, -8n), /describes -8 bytes of data/],
    ['more buffers than data', replaced(batch, bodyBytes, 16n), /has a buffer of \d+ bytes at \d+ of 16/],
    ['more rows than bits', replaced(batch, 2n, 2n ** 40n), /of 1099511627776 (rows|values)/],
    ['an offset outside the description', Uint8Array.of(255, 255, 0, 0), /points outside itself/],
    ['nothing', new Uint8Array(0), /points outside itself/],
  ])('%s', (_, bytes, problem) => {
    expect(() => verifyMessage(bytes)).toThrow(problem);
  });

  test('ends for lists of fields that contain themselves', () => {
    for (let at = 0; at + 4 <= schema.length; at += 4) {
      for (const offset of [-64, -16, 0, 4, 0x7fffffff]) {
        const changed = Buffer.from(schema);
        changed.writeInt32LE(offset, at);
        try {
          verifyMessage(changed);
        } catch (error) {
          expect((error as Error).message).toMatch(/^(has|describes) /);
        }
      }
    }
  });
});
