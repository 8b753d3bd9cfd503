import { expect, test } from '@jest/globals';
import { formats } from './formats.mjs';
import { fuzz } from './fuzz.mjs';

/** A slice of what `nx run fuzz:io` reads: a few files of every format, other ones than there. */
test.each(Object.keys(formats))('%s: damaged files end in a value or a named error', async (name) => {
  const [report] = await fuzz({ names: [name], seed: 1_000_000, count: 8 });
  expect(report.failures).toEqual([]);
  expect(report.files).toBe(8);
});
