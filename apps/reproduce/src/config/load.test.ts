import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
      /cell\.yaml: profiles\.embedded\.contrast\.heldout: unknown key; remove it or correct its spelling$/,
    );
  });

  test('names the key and the expected type of a value of the wrong type', async () => {
    const problem = await problemOf((yaml) => yaml.replace('maxLength: 512', 'maxLength: long'));
    expect(problem).toMatch(/cell\.yaml: profiles\.embedded\.tokenize\.maxLength: expected (number|int)/);
  });

  test.each([
    ['folds: 5', 'folds: 1', /protocol\.folds: Too small: expected number to be >=2 \(found 1\)/],
    ['seed: 11', 'seed: 11, cells: 9007199254740991', /Too big: .*<=10000000 \(found 9007199254740991\)/],
    ['logistic-regression:', 'Logistic/..:', /baselines\.Logistic\/\.\.: use lowercase letters, digits and hyphens/],
  ])('names the value where %s is %s', async (from, to, message) => {
    expect(await problemOf((yaml) => yaml.replace(from, to))).toMatch(message);
  });

  test.each([
    ['a word for a number', 'folds: 5', 'folds: five', /folds: expected number, received string \(found "five"\)$/],
    ['a missing value', 'folds: 5, ', '', /protocol\.folds: expected number, but it is missing; add it$/],
    ['a misspelled key', '    embed:', '    embde:', /profiles\.embedded\.embde: unknown key; remove it or correct/],
  ])('says what to correct for %s', async (_what, from, to, message) => {
    expect(await problemOf((yaml) => yaml.replace(from, to))).toMatch(message);
  });

  test('refuses a profile with two pretrained models or without a model', async () => {
    const model = '    model: { preset: embedded, levels: true, positions: 512 }\n';
    const two = `    pretrained: { asset: geneformer-v1-10m }\n${model}`;
    expect(await problemOf((yaml) => yaml.replace(model, two))).toMatch(
      /profiles\.embedded\.pretrained: give only one of pretrain, contrast and pretrained/,
    );
    expect(await problemOf((yaml) => yaml.replace('levels: true', 'levels: false'))).toMatch(
      /profiles\.embedded\.model\.levels: contrast needs a model that reads levels/,
    );
    expect(await problemOf((yaml) => yaml.replace(model, ''))).toMatch(
      /profiles\.embedded\.model: expected the shape of the model/,
    );
  });

  test.each(['cell', 'gene', 'gene-vectors', 'generalization', 'pretrain'])('reads %s.yaml', async (name) => {
    const experiment = await loadExperiment(shipped, name);
    expect(Object.keys(experiment.profiles)).toContain(experiment.defaultProfile);
  });

  test('names the line where the YAML is invalid', async () => {
    expect(await problemOf((yaml) => `${yaml}\n  ]: [`)).toMatch(/cell\.yaml: line \d+: not YAML: [^\n]+$/);
  });

  const aliases = [
    'a: &a0 [x]',
    ...Array.from({ length: 12 }, (_, i) => `b${i}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`),
  ];
  test.each([
    ['aliases that multiply', aliases.join('\n'), /cell\.yaml: not YAML: Excessive alias count.*; write it with/],
    ['deep nesting', '['.repeat(100_000), /cell\.yaml: more than 50 levels of nesting; write it with less$/],
    ['deep nesting in lines', '- '.repeat(100_000), /cell\.yaml: more than 50 levels of nesting/],
    ['a repeated key', 'title: a\ntitle: b', /cell\.yaml: line 2: not YAML: Map keys must be unique/],
    ['an alias without an anchor', 'title: *none', /cell\.yaml: .*not YAML: Unresolved alias/],
    ['a terminal control code in a key', '"\\e[2J": [', /cell\.yaml: line \d+: not YAML: [\x20-\x7e]+$/],
    ['an empty file', '', /cell\.yaml: expected object/],
    [
      'the key __proto__',
      'title: a\ndefaultProfile: a\nprofiles: { __proto__: {} }',
      /cell\.yaml: __proto__: cannot be a key; choose/,
    ],
  ])('refuses %s with an error of one line', async (_what, yaml, problem) => {
    const found = await problemOf(() => yaml);
    expect(found).toMatch(problem);
    expect(found).not.toMatch(/\n/);
  });

  test('refuses a folder that has the name of an experiment', async () => {
    await mkdir(path.join(folder, 'cell.yaml'));
    await expect(loadExperiment(folder, 'cell')).rejects.toThrow(
      /cell\.yaml: cannot be read .*; check that it is a file/,
    );
  });

  test.each(['../experiments/cell', '..', '', 'Cell', 'a/b', '__proto__'])(
    'does not read %j from another folder',
    async (name) => {
      await expect(loadExperiment(shipped, name)).rejects.toThrow(/no such experiment; choose one of: .*cell/);
    },
  );

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'does not take %s for a profile',
    async (name) => {
      const experiment = await loadExperiment(shipped, 'cell');
      expect(() => profileOf(experiment, name, 'cell.yaml')).toThrow(`cell.yaml: no profile "${name}"; choose one of:`);
    },
  );

  test('lists the existing experiments', async () => {
    await expect(loadExperiment(shipped, 'cells')).rejects.toThrow(
      /cells\.yaml: no such experiment; choose one of: .*cell/,
    );
  });

  test('lists the existing profiles', async () => {
    const experiment = await loadExperiment(shipped, 'cell');
    expect(() => profileOf(experiment, 'mixologie', 'cell.yaml')).toThrow(
      /^cell\.yaml: no profile "mixologie"; choose one of: embedded, mixology/,
    );
  });

  test('names an unknown model of the grid, and lists the known ones', async () => {
    const yaml = await readFile(path.join(shipped, 'generalization.yaml'), 'utf8');
    await writeFile(
      path.join(folder, 'generalization.yaml'),
      yaml.replace('- rank-value-scratch', '- rank-value-fresh'),
    );
    await expect(loadExperiment(folder, 'generalization')).rejects.toThrow(
      /generalization\.yaml: profiles\.embedded\.labelBudgets\.models\.1: "rank-value-fresh" is not defined; choose one of: rank-value-pretrained/,
    );
  });

  test.each([
    ['cell', ', corpus: { seed: 12, cells: 6200 }'],
    ['gene', ', corpus: { seed: 32, cells: 6200 }'],
    ['generalization', ', corpus: { seed: 52, cells: 3600 }'],
  ])('refuses the experiment %s when medians would come from the tested cells', async (experiment, corpus) => {
    const yaml = await readFile(path.join(shipped, `${experiment}.yaml`), 'utf8');
    await writeFile(path.join(folder, `${experiment}.yaml`), yaml.replace(corpus, ''));
    await expect(loadExperiment(folder, experiment)).rejects.toThrow(
      /profiles\.embedded\.tokenize\.vocabulary: medians would be learned from the tested cells; add data\.corpus/,
    );
  });
});
