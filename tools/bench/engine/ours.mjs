/**
 * `node ours.mjs WORK BATCH LENGTH REPEATS [--profile]`: times steps on the engine and prints one line of JSON, or a table by op.
 */
import { performance } from 'node:perf_hooks';
import { formatProfile, readProfile, tf, useBackend } from '@geneformer-ts/engine';
import { Bert, makeInputs, works } from './bert.mjs';

const [work, batch, length, repeats] = [process.argv[2], ...process.argv.slice(3, 6).map(Number)];
const profile = process.argv.includes('--profile');
await useBackend('onnx', { profile });
const model = new Bert({ dropout: 0.02 });
const inputs = makeInputs(batch, length);
const times = await timed();
const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
// The second step still compiles: parameters that were constants have become computed tensors.
const [first, second, ...seconds] = times;
const newShape = first + second - 2 * median(seconds);
if (profile) console.log(formatProfile(await readProfile()));
else {
  const productsPerSecond = await productRate();
  console.log(JSON.stringify({ newShape, seconds, peakRssMb, productsPerSecond, dropoutShare: await dropoutShare() }));
}

async function timed() {
  const times = [];
  for (let step = 0; step <= repeats + 1; step++) {
    const started = performance.now();
    await works[work](model, inputs, batch, length);
    times.push((performance.now() - started) / 1000);
  }
  return times;
}

/** How much of a step dropout is: none of an embedding's. */
async function dropoutShare() {
  if (work === 'embed') return null;
  model.rate = 0;
  const [, , ...without] = await timed();
  return 1 - median(without) / median(seconds);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Floating-point operations a second of large square products, the most this machine's runtime gives. */
async function productRate() {
  let best = 0;
  for (const size of [512, 1024, 2048]) {
    const [a, b] = [tf.randomUniform([size, size]), tf.randomUniform([size, size])];
    for (let i = 0; i < 4; i++) {
      const started = performance.now();
      const product = tf.matMul(a, b);
      await product.data();
      product.dispose();
      const seconds = (performance.now() - started) / 1000;
      best = Math.max(best, (2 * size ** 3) / seconds);
    }
  }
  return best;
}
