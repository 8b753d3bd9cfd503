/**
 * Bundles tfjs-core's own op tests, which are ES modules that Node cannot load, into one script. Imports of tfjs-core's public API resolve
 * to the installed package, so that tests and backend use the same engine, and imports of jasmine's setup resolve to the one in `run.mjs`.
 */
import { build } from 'esbuild';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/** @returns {Promise<string>} CommonJS script that defines all suites */
export async function bundleTests() {
  const dist = path.dirname(require.resolve('@tensorflow/tfjs-core'));
  const files = (await readdir(path.join(dist, 'ops'), { recursive: true }))
    .filter((file) => file.endsWith('_test.js'))
    .sort();
  const result = await build({
    stdin: {
      contents:
        "require('./public/chained_ops/register_all_chained_ops');\n" +
        files.map((file) => `suite(${JSON.stringify(file)}); require('./ops/${file}');`).join('\n'),
      resolveDir: dist,
    },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    logLevel: 'silent',
    plugins: [
      {
        name: 'one-engine',
        setup({ onResolve }) {
          onResolve({ filter: /(^|\/)(index|\.\.)$/ }, ({ path: name, importer }) => {
            const target = path.resolve(path.dirname(importer), name);
            return target === dist || target === path.join(dist, 'index')
              ? { path: '@tensorflow/tfjs-core', external: true }
              : undefined;
          });
          onResolve({ filter: /\/jasmine_util$/ }, () => ({ path: 'jasmine-util', external: true }));
        },
      },
    ],
  });
  return result.outputFiles[0].text;
}
