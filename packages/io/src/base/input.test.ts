import type { ByteSource } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import { openFolder, openInput } from './input.js';

/** A source that gives fewer bytes than it is asked for. */
const short: ByteSource = {
  name: 'cells.bin',
  byteLength: 200,
  read: (_, length) => Promise.resolve(new Uint8Array(Math.max(0, length - 3))),
  close: () => Promise.resolve(),
};

test.each([
  ['a file', () => openInput(short)],
  ['a file of a folder', async () => (await openFolder({ name: 'x', open: () => Promise.resolve(short) })).open('y')],
])('a source of other code that gives fewer bytes than asked for is refused by name: %s', async (_, open) => {
  const read = open().then((source) => source.read(0, 8));
  await expect(read).rejects.toThrow(/^cells\.bin: a read gave 5 bytes of 8; it changed while it was read/);
});
