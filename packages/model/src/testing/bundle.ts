import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

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
