import { expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { concatenate, predictedClasses, readPredictions, writePredictions, type Predictions } from './predictions.js';

const part = (fold: number, cellIds: string[]): Predictions => ({
  classes: ['cTEC', 'mTEC', 'other'],
  cellIds,
  groups: cellIds.map(() => `donor ${fold}`),
  folds: new Int32Array(cellIds.length).fill(fold),
  truth: Int32Array.from(cellIds, (_, row) => (row + fold) % 3),
  probabilities: Float64Array.from(cellIds.flatMap((_, row) => [0.1, 0.2 + row / 100, 0.7 - row / 100])),
});

test('predictions are read back as they were written, per model', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'predictions-'));
  const models = new Map([
    ['geneformer', concatenate([part(0, ['a', 'b']), part(1, ['c'])])],
    ['forest', part(0, ['a', 'b', 'c'])],
  ]);
  const file = path.join(folder, 'predictions.arrow');
  await writePredictions(file, models);
  expect(await readPredictions(file)).toEqual(models);
  await rm(folder, { recursive: true });
});

test('the same predictions give the same bytes, also after the process has written other tables', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'predictions-'));
  const [first, second] = [path.join(folder, '1.arrow'), path.join(folder, '2.arrow')];
  for (const file of [first, second]) await writePredictions(file, new Map([['forest', part(0, ['a', 'b'])]]));
  expect(await readFile(second)).toEqual(await readFile(first));
  await rm(folder, { recursive: true });
});

test('the predicted class is the most probable one, and the first one in a tie', () => {
  const predictions = { ...part(0, ['a', 'b']), probabilities: Float64Array.of(0.4, 0.4, 0.2, 0, 0.1, 0.9) };
  expect([...predictedClasses(predictions)]).toEqual([0, 2]);
});

test('predictions of more cells than a function call can have arguments', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'predictions-'));
  const cells = 200_000;
  const cellIds = Array.from({ length: cells }, (_, cell) => `cell ${cell}`);
  const many: Predictions = {
    classes: ['cTEC'],
    cellIds,
    groups: new Array<string>(cells).fill('donor'),
    folds: new Int32Array(cells),
    truth: new Int32Array(cells),
    probabilities: new Float64Array(cells).fill(1),
  };
  const file = path.join(folder, 'many.arrow');
  await writePredictions(file, new Map([['geneformer', many]]));
  const read = (await readPredictions(file)).get('geneformer');
  expect([read?.cellIds.length, read?.cellIds.at(-1)]).toEqual([cells, 'cell 199999']);
  await rm(folder, { recursive: true });
});
