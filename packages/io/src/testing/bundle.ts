import { build } from 'esbuild';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Marks calls of `resolve` by the plugin itself. */
const resolved = Symbol('resolved');

/** Bundles a program of `src/testing/` for plain Node, with the sources of the workspace. Dependencies are imported by path. */
export async function bundleProgram(name: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@geneformer-ts/source'],
    logLevel: 'silent',
    // The plugins of the HDF5 library are found from the place of this file.
    banner: {
      js: `const sourceUrl = ${JSON.stringify(pathToFileURL(fileURLToPath(new URL('../anndata/hdf5/library.ts', import.meta.url))).href)};`,
    },
    define: { 'import.meta.url': 'sourceUrl' },
    plugins: [
      {
        name: 'dependencies-by-path',
        setup: ({ onResolve, resolve }) => {
          onResolve({ filter: /^(h5wasm|apache-arrow)/ }, async ({ path, kind, resolveDir, pluginData }) => {
            if (pluginData === resolved) return undefined;
            const found = await resolve(path, { kind, resolveDir, pluginData: resolved });
            return { ...found, external: true };
          });
        },
      },
    ],
  });
}
