import { describe, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { assertKnownProfile, stageSteps, stageTargets } from './experiments.mjs';

const app = fileURLToPath(new URL('../../apps/reproduce', import.meta.url));
const targets = stageTargets(app);

describe('the targets of the study', () => {
  test('the experiment alone runs its default profile', () => {
    expect(targets['cell'].dependsOn).toEqual(targets['cell:embedded'].dependsOn);
  });

  test('every stage waits for the build and for the stages it reads', () => {
    expect(targets['cell:embedded:data'].dependsOn).toEqual(['build']);
    expect(targets['cell:embedded:pretrain'].dependsOn).toEqual([
      'build',
      'cell:embedded:data',
      'cell:embedded:tokenize',
    ]);
  });

  test('a stage is told which stages it reads by the names of their folders', () => {
    const { command } = targets['cell:embedded:finetune:geneformer:3'].options;
    expect(command).toBe(
      'node --import ../../tools/nx/end-with-launcher.mjs dist/main.js cell embedded finetune geneformer 3 --after split,tokenize,pretrain',
    );
  });

  test('a stage that finds an input damaged learns how that is made: words and inputs, in order', () => {
    const steps = stageSteps(app, 'cell', 'pbmc3k');
    const names = steps.map(({ words }) => words.join('-'));
    expect(steps[names.indexOf('finetune-geneformer-2')]).toEqual({
      words: ['finetune', 'geneformer', '2'],
      after: ['split', 'tokenize', 'pretrain/profiles/pretrain'],
    });
    steps.forEach(({ after }, at) => {
      for (const input of after.filter((name) => !name.includes('/'))) expect(names.slice(0, at)).toContain(input);
    });
    expect(names).toHaveLength(Object.keys(targets).filter((name) => name.startsWith('cell:pbmc3k:')).length);
  });

  test('there is one fine-tuning task for each model and fold, and evaluation reads them all', () => {
    const folds = Object.keys(targets).filter((name) => name.startsWith('cell:embedded:finetune:geneformer:'));
    expect(folds).toHaveLength(5);
    expect(targets['cell:embedded:evaluate'].dependsOn).toEqual(expect.arrayContaining(folds));
  });

  test('a model that starts from random weights does not wait for pretraining', () => {
    const { dependsOn } = targets['cell:embedded:finetune:geneformer-scratch:0'];
    expect(dependsOn).not.toContain('cell:embedded:pretrain');
  });

  test('a profile may start from what another one pretrained', () => {
    const { dependsOn, options } = targets['cell:pbmc3k:finetune:geneformer:2'];
    expect(dependsOn).toContain('pretrain:profiles:pretrain');
    expect(options.command).toMatch(
      /cell pbmc3k finetune geneformer 2 --after split,tokenize,pretrain\/profiles\/pretrain$/,
    );
    // The model with random weights takes its shape from there.
    expect(targets['cell:pbmc3k:finetune:geneformer-scratch:2'].dependsOn).toContain('pretrain:profiles:pretrain');
  });

  test('or from a published checkpoint, which a stage of its own fetches', () => {
    expect(targets['cell:thymus:finetune:geneformer:0'].dependsOn).toContain('cell:thymus:checkpoint');
    expect(targets['cell:thymus:checkpoint'].dependsOn).toEqual(['build']);
  });

  test('there is a task for each part of the labels, and evaluation reads them all', () => {
    const parts = ['finetune:geneformer:4:1', 'finetune:geneformer-scratch:0:25', 'baseline:logistic-regression:5'];
    expect(targets['cell:pbmc3k:evaluate'].dependsOn).toEqual(
      expect.arrayContaining(parts.map((part) => `cell:pbmc3k:${part}`)),
    );
    expect(Object.keys(targets)).not.toContain('cell:pbmc3k:baseline:random-forest:5');
  });

  test('pretraining alone ends with its report', () => {
    expect(targets['pretrain:everything'].dependsOn).toEqual(['build', 'pretrain:everything:pretrain-report']);
  });

  test('an experiment on genes has its folds over genes, and only the pretrained model waits for pretraining', () => {
    const tuned = 'gene:embedded:gene-finetune:geneformer';
    expect(targets[`${tuned}:4`].dependsOn).toContain('gene:embedded:pretrain');
    expect(targets[`${tuned}-scratch:4`].dependsOn).not.toContain('gene:embedded:pretrain');
    expect(targets['gene:embedded:gene-evaluate'].dependsOn).toContain(`${tuned}:4`);
    expect(targets['gene'].dependsOn).toContain('gene:embedded:gene-figures');
    expect(targets['gene:real:gene-finetune:geneformer:0'].dependsOn).toContain('pretrain:profiles:pretrain');
  });

  test('a gene model with random weights waits for the pretrained one where it takes its shape from it', () => {
    const waits = (model) => targets[`gene:real:gene-finetune:${model}:0`].dependsOn;
    expect(waits('geneformer-scratch')).toContain('pretrain:profiles:pretrain');
    expect(waits('geneformer-v1-10m')).not.toContain('pretrain:profiles:pretrain');
  });

  test('a model is trained before any context is looked at, and tested by a task for each', () => {
    const learn = targets['generalization:embedded:learn:rank-value-pretrained:100:0'];
    expect(learn.options.command).toMatch(/--after context-split,encode-rank-value,pretrain-rank-value$/);
    const { dependsOn } = targets['generalization:embedded:score:rank-value-pretrained:100:depth-8'];
    const prefix = 'generalization:embedded:';
    expect(dependsOn).toEqual([
      'build',
      `${prefix}context-split`,
      `${prefix}encode:rank-value:depth-8`,
      `${prefix}learn:rank-value-pretrained:100:0`,
      `${prefix}learn:rank-value-pretrained:100:1`,
    ]);
    expect(targets['generalization:embedded:score:rank-value-scratch:10:donor']).toBeDefined();
    expect(targets['generalization:embedded:score:rank-value-scratch:10:depth-2']).toBeUndefined();
    expect(targets['generalization:embedded:learn:rank-scratch:10:0']).toBeUndefined();
    const classical = targets['generalization:embedded:classical:random-forest:100:ambient-30'];
    expect(classical.dependsOn).toContain('generalization:embedded:shift:ambient-30');
  });

  test('every stage depends only on stages that exist', () => {
    for (const { dependsOn } of Object.values(targets)) {
      for (const name of dependsOn) expect(name === 'build' || name in targets).toBe(true);
    }
  });

  test('a stage is cached by its own code, not by that of another', () => {
    expect(targets['cell:embedded:figures'].inputs).toContainEqual({
      dependentTasksOutputFiles: '**/fingerprints/figures.txt',
    });
    expect(targets['cell:embedded:tokenize'].inputs).toContainEqual({
      dependentTasksOutputFiles: '**/fingerprints/tokenize.txt',
    });
  });
});

describe('assertKnownProfile', () => {
  test('lets known profiles and other commands pass', () => {
    for (const words of [
      ['nx', 'run', 'reproduce:cell:mixology'],
      ['nx', 'run', 'reproduce:build'],
      ['nx', 'test', 'io'],
    ]) {
      expect(() => assertKnownProfile(app, words)).not.toThrow();
    }
  });

  test('names the file and the profiles there are', () => {
    expect(() => assertKnownProfile(app, ['nx', 'run', 'reproduce:cell:mixologie'])).toThrow(
      /^apps\/reproduce\/experiments\/cell\.yaml: no profile "mixologie"; choose one of: embedded, mixology/,
    );
  });
});
