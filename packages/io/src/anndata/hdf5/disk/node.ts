import type h5wasm from 'h5wasm/node';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

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
