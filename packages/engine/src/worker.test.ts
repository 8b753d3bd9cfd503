import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const require = createRequire(import.meta.url);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'engine-worker-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Bundles the engine's sources to JavaScript for a worker thread, with dependencies imported by their paths. */
async function bundled(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: path.dirname(fileURLToPath(import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    // The engine finds the native library from the place of its own files.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    plugins: [
      {
        name: 'dependencies-by-path',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^@tensorflow\/tfjs-(core|backend)/ }, ({ path: name }) => ({
            path: require.resolve(name),
            external: true,
          }));
          onResolve({ filter: /^@tensorflow\/tfjs-node/ }, ({ path: name }) => ({ path: name, external: true }));
        },
      },
    ],
  });
  const file = path.join(folder, 'worker.mjs');
  await writeFile(file, outputFiles[0]?.contents ?? '');
  return file;
}

test('computes in a worker thread without blocking the main thread', async () => {
  const file = await bundled(`
    import { parentPort } from 'node:worker_threads';
    import { tf, useBackend } from './index.js';
    await useBackend('onnx', { threads: 1 });
    const x = tf.variable(tf.ones([600, 600]));
    for (let i = 0; i < 8; i++) tf.tidy(() => x.assign(tf.div(tf.matMul(x, x), tf.scalar(600))));
    const mean = tf.mean(x);
    parentPort.postMessage((await mean.data())[0]);
  `);
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 1);
  const worker = new Worker(file);
  try {
    const mean = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    expect(mean).toBeCloseTo(1, 5);
    expect(ticks).toBeGreaterThan(5);
  } finally {
    clearInterval(ticking);
    await worker.terminate();
  }
});
