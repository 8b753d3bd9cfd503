import type h5wasm from 'h5wasm/node';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Registered numbers of the filters that the package has: bzip2, lzf, blosc, lz4, bitshuffle, zfp, zstd and blosc2. */
export const PLUGINS: readonly number[] = [307, 32_000, 32_001, 32_004, 32_008, 32_013, 32_015, 32_026];

/**
 * Gives the HDF5 library its files: in Node it opens files of the disk by itself, and finds the compression filters that it lacks (lzf,
 * zstd, blosc and others) in a package.
 *
 * @returns the folder of the filters
 */
export function attachDisk(module: Awaited<typeof h5wasm.ready>): string {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('h5wasm-plugins/package.json')), 'plugins');
  module.insert_plugin_search_path(folder, 0);
  return folder;
}
