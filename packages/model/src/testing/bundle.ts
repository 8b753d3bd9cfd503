import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** Marks a question of the plugin to esbuild itself. */
const resolved = Symbol('resolved');

/**
 * Makes a program of `src/testing/` that plain Node runs, from sources: the workspace's packages are bundled, and what they depend on is
 * named by its place on disk.
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
        setup: ({ onResolve, resolve }) => {
          const native = /^(@tensorflow\/tfjs-(core|backend)|onnxruntime|h5wasm|apache-arrow)/;
          onResolve({ filter: native }, async ({ path, kind, resolveDir, pluginData }) => {
            if (pluginData === resolved) return undefined;
            const found = await resolve(path, { kind, resolveDir, pluginData: resolved });
            return { ...found, external: true };
          });
          onResolve({ filter: /^@tensorflow\/tfjs-node/ }, ({ path }) => ({ path, external: true }));
        },
      },
    ],
  });
}
