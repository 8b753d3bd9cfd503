/** `node ours.mjs SPEC FOLDER THREADS REPEATS`: times fits on a problem that data.mjs wrote and prints one line of JSON. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createClassifier } from '@geneformer-ts/baselines';
import { accuracy } from '@geneformer-ts/eval';

const [spec, folder] = process.argv.slice(2, 4);
const [threads, repeats] = process.argv.slice(4).map(Number);
const { classes, cols } = JSON.parse(readFileSync(path.join(folder, 'shape.json'), 'utf8'));
const train = read('train');
const test = read('test');
const seconds = [];
let score = 0;
let iterations;
for (let repeat = 0; repeat < repeats; repeat++) {
  const started = performance.now();
  const classifier = (await createClassifier({ ...JSON.parse(spec), nJobs: threads })).fit(train.X, train.y, classes);
  seconds.push((performance.now() - started) / 1000);
  score = accuracy(test.y, classifier.predict(test.X));
  ({ iterations } = classifier);
}
const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ seconds, accuracy: score, peakRssMb, iterations: iterations ?? null }));

function read(name) {
  const array = (field, Type) => new Type(new Uint8Array(readFileSync(path.join(folder, `${name}.${field}`))).buffer);
  const indptr = array('indptr', Int32Array);
  const X = {
    rows: indptr.length - 1,
    cols,
    indptr,
    indices: array('indices', Int32Array),
    data: array('data', Float32Array),
  };
  return { X, y: array('y', Int32Array) };
}
