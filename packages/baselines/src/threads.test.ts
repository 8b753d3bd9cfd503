import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const source = fileURLToPath(new URL('.', import.meta.url));
let folder = '';

/** Threads run plain JavaScript: the sources are translated into a folder from which the package's dependencies are found. */
beforeAll(() => {
  folder = mkdtempSync(path.join(source, '../node_modules/.threads-'));
  const files = readdirSync(source).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const options = { format: 'esm', outdir: folder, platform: 'node' } as const;
  buildSync({ ...options, entryPoints: files.map((file) => path.join(source, file)) });
  const entryPoints = Object.fromEntries(
    ['core', 'analysis', 'eval'].map((name) => [`package-${name}`, path.join(source, `../../${name}/src/index.ts`)]),
  );
  buildSync({ ...options, entryPoints, bundle: true, conditions: ['@geneformer-ts/source'] });
  for (const file of readdirSync(folder)) {
    const at = path.join(folder, file);
    const text = readFileSync(at, 'utf8');
    writeFileSync(at, text.replaceAll(/"@geneformer-ts\/(core|analysis|eval)"/g, '"./package-$1.js"'));
  }
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `
  import { createHash } from 'node:crypto';
  import { createClassifier } from './index.js';
  import { below, randomStream } from './package-core.js';
  import { Crew } from './crew.js';
  const random = randomStream(1, 0);
  const draw = (bound) => below(random, bound);
  const [rows, cols, classes] = [600, 70, 5];
  const y = Int32Array.from({ length: rows }, () => draw(classes));
  const data = new Float32Array(rows * cols);
  for (let i = 0; i < data.length; i++) data[i] = draw(3) ? 0 : draw(100) + (i % cols === y[Math.floor(i / cols)] ? 60 : 0);
  const X = { rows, cols, data };
  const specs = [
    { model: 'random-forest', nEstimators: 12 },
    { model: 'gradient-boosting', nEstimators: 4, subsample: 0.7, colsampleByTree: 0.6 },
    { model: 'logistic-regression', maxIter: 40 },
    { model: 'logistic-regression', maxIter: 40, penalty: 'l1' },
    { model: 'linear-svm', maxIter: 60 },
  ];
  for (const spec of specs) {
    const digests = [];
    for (const threads of [1, 2, 3, 5]) {
      const model = (await createClassifier({ ...spec, threads })).fit(X, y, classes);
      digests.push(createHash('sha256').update(model.predictProba(X)).digest('hex'));
    }
    console.log(spec.model, new Set(digests).size);
  }
  const crew = Crew.hire(3);
  console.log('helpers', crew.ports.length);
  try {
    crew.open('forest-tree', { binned: null }).run(64);
  } catch (error) {
    console.log(error.name);
  }
`;

test('fits are the same to the bit on 1, 2, 3 and 5 threads, and the process ends', () => {
  const main = path.join(folder, 'main.js');
  writeFileSync(main, program);
  const lines = execFileSync(process.execPath, [main], {
    encoding: 'utf8',
    timeout: 50_000,
    // Numbers are printed without colours whatever the runner says.
    env: { ...process.env, FORCE_COLOR: '0' },
  })
    .trim()
    .split('\n');
  expect(lines.slice(0, 6)).toEqual([
    'random-forest 1',
    'gradient-boosting 1',
    'logistic-regression 1',
    'logistic-regression 1',
    'linear-svm 1',
    'helpers 2',
  ]);
  expect(['ThreadError', 'TypeError']).toContain(lines[6]);
});
