import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Marks calls of `resolve` by the plugin itself. */
const resolved = Symbol('resolved');

/**
 * Bundles a program of `src/testing/` for plain Node. The packages of the workspace are bundled from their sources; native
 * dependencies are imported by their path.
 */
export async function bundleProgram(name: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@geneformer-ts/source'],
    plugins: [
      {
        name: 'dependencies-by-path',
        setup: ({ onLoad, onResolve, resolve }) => {
          const native = /^(@tensorflow\/tfjs-(core|backend)|h5wasm|apache-arrow)/;
          onResolve({ filter: native }, async ({ path, kind, resolveDir, pluginData }) => {
            if (pluginData === resolved) return undefined;
            const found = await resolve(path, { kind, resolveDir, pluginData: resolved });
            return { ...found, external: true };
          });
          // The engine looks for the native library from the place of this file.
          onLoad({ filter: /engine\/src\/backend\/native\.ts$/ }, async ({ path }) => {
            const code = await readFile(path, 'utf8');
            return {
              contents: code.replace('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
              loader: 'ts',
            };
          });
          onResolve({ filter: /^@tensorflow\/tfjs-node/ }, ({ path }) => ({ path, external: true }));
        },
      },
    ],
  });
}
