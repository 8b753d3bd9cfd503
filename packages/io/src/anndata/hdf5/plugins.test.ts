import { expect, test } from '@jest/globals';
import h5wasm from 'h5wasm/node';
import { scratch } from '../../testing/folder.js';
import { HdfFile } from './file.js';
import { attempt, loadHdf5 } from './library.js';

const at = scratch();

/** Registered numbers of the filters, with parameters that make each filter compress. */
const FILTERS: [string, number, number[]][] = [
  ['zstd', 32_015, [3]],
  ['blosc', 32_001, [2, 2, 4, 4000, 5, 1, 5]],
  ['lz4', 32_004, [0]],
  ['bitshuffle', 32_008, [0, 2]],
  ['bzip2', 307, [9]],
];

test.each(FILTERS)('reads numbers compressed with %s', async (name, compression, parameters) => {
  await loadHdf5();
  const values = Int32Array.from({ length: 5000 }, (_, i) => (i * 7) % 101);
  const path = at(`${name}.h5`);
  const written = attempt(() => new h5wasm.File(path, 'w'), path);
  attempt(() =>
    written.create_dataset({
      name: 'x',
      data: values,
      shape: [values.length],
      dtype: '<i',
      chunks: [1000],
      compression,
      compression_opts: parameters,
    }),
  );
  attempt(() => written.close());

  const file = await HdfFile.open(path);
  const reader = file.numbers('x');
  expect(reader.read(0, 5000)).toEqual(values);
  expect(reader.read(1500, 2500)).toEqual(values.slice(1500, 2500));
  file.close();
});
