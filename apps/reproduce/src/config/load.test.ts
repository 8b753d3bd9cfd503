import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadExperiment, profileOf } from './load.js';

const shipped = path.resolve('apps/reproduce/experiments');
let folder: string;

beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'experiments-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function problemOf(change: (yaml: string) => string): Promise<string> {
  const yaml = await readFile(path.join(shipped, 'cell.yaml'), 'utf8');
  await writeFile(path.join(folder, 'cell.yaml'), change(yaml));
  return loadExperiment(folder, 'cell').then(
    () => 'no problem',
    (error: Error) => error.message,
  );
}

describe('loadExperiment', () => {
  test('names the file, the key and the remedy of an unknown key', async () => {
    const problem = await problemOf((yaml) => yaml.replace('heldOut: 0.05', 'heldOut: 0.05\n      heldout: 0.1'));
    expect(problem).toMatch(
      /cell\.yaml: profiles\.embedded\.pretrain\.heldout: unknown key; remove it or correct its spelling$/,
    );
  });

  test('names the key and what was expected of a value of the wrong kind', async () => {
    const problem = await problemOf((yaml) => yaml.replace('maxLength: 256', 'maxLength: long'));
    expect(problem).toMatch(/cell\.yaml: profiles\.embedded\.tokenize\.maxLength: expected (number|int)/);
  });

  test('refuses two starting points, and none', async () => {
    const two = 'pretrained: { asset: geneformer-v1-10m }\n    model: { preset: embedded }';
    expect(await problemOf((yaml) => yaml.replace('model: { preset: embedded }', two))).toMatch(
      /profiles\.embedded\.pretrained: give either pretrain or pretrained/,
    );
    expect(await problemOf((yaml) => yaml.replace('    model: { preset: embedded }\n', ''))).toMatch(
      /profiles\.embedded\.model: expected the shape of the model/,
    );
  });

  test.each(['cell', 'gene', 'generalization', 'pretrain'])('reads %s.yaml', async (name) => {
    const experiment = await loadExperiment(shipped, name);
    expect(Object.keys(experiment.profiles)).toContain(experiment.defaultProfile);
  });

  test('names the line that is not YAML', async () => {
    expect(await problemOf((yaml) => `${yaml}\n  ]: [`)).toMatch(/cell\.yaml: line \d+: not YAML: [^\n]+$/);
  });

  test('lists the experiments there are', async () => {
    await expect(loadExperiment(shipped, 'cells')).rejects.toThrow(
      /cells\.yaml: no such experiment; choose one of: .*cell/,
    );
  });

  test('lists the profiles there are', async () => {
    const experiment = await loadExperiment(shipped, 'cell');
    expect(() => profileOf(experiment, 'mixologie', 'cell.yaml')).toThrow(
      /^cell\.yaml: no profile "mixologie"; choose one of: embedded, mixology/,
    );
  });

  test('names a model of the grid that does not exist, and those that do', async () => {
    const yaml = await readFile(path.join(shipped, 'generalization.yaml'), 'utf8');
    await writeFile(
      path.join(folder, 'generalization.yaml'),
      yaml.replace('- rank-value-scratch', '- rank-value-fresh'),
    );
    await expect(loadExperiment(folder, 'generalization')).rejects.toThrow(
      /generalization\.yaml: profiles\.embedded\.labelBudgets\.models\.1: no "rank-value-fresh" here; choose one of: rank-value-pretrained/,
    );
  });

  test.each([
    ['cell', ', corpus: { seed: 12, cells: 6200 }'],
    ['gene', ', corpus: { seed: 32, cells: 6200 }'],
    ['generalization', ', corpus: { seed: 52, cells: 3600 }'],
  ])('stops %s when medians would come from the tested cells', async (experiment, corpus) => {
    const yaml = await readFile(path.join(shipped, `${experiment}.yaml`), 'utf8');
    await writeFile(path.join(folder, `${experiment}.yaml`), yaml.replace(corpus, ''));
    await expect(loadExperiment(folder, experiment)).rejects.toThrow(
      /profiles\.embedded\.tokenize\.vocabulary: medians would be learned from the tested cells; add data\.corpus/,
    );
  });
});
