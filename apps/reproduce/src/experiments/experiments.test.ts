import { modelFolder } from '@geneformer-ts/mini';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadExperiment } from '../config/load.js';
import { planTasks, readsOf, type Task } from '../run/plan.js';

const folder = path.resolve('apps/reproduce/experiments');
const plans = new Map<string, Task[]>();
beforeAll(async () => {
  for (const experiment of ['cell', 'gene', 'gene-vectors', 'generalization', 'pretrain']) {
    const { declaration, title, profiles } = await loadExperiment(folder, experiment);
    for (const [profile, settings] of Object.entries(profiles)) {
      plans.set(`${experiment}:${profile}`, planTasks(declaration, experiment, profile, { title, profile: settings }));
    }
  }
});

const tasksOf = (plan: string) => plans.get(plan)!;
const namesOf = (plan: string) => tasksOf(plan).map(({ name }) => name);
const taskOf = (plan: string, name: string) => tasksOf(plan).find((task) => task.name === name)!;
const readsIn = (plan: string, name: string) => readsOf(taskOf(plan, name));

describe('every plan', () => {
  test('names each task once, after those that it reads', () => {
    for (const [plan, tasks] of plans) {
      const names = namesOf(plan);
      expect(new Set(names).size).toBe(names.length);
      tasks.forEach((task, at) => {
        for (const input of readsOf(task)) {
          if (input.includes('/'))
            expect(namesOf(input.split('/').slice(0, 2).join(':'))).toContain(input.split('/')[2]);
          else expect(names.slice(0, at)).toContain(input);
        }
      });
    }
  });

  test('survives being written as JSON, as it is kept and sent to other processes', () => {
    for (const tasks of plans.values()) expect(JSON.parse(JSON.stringify(tasks))).toEqual(withoutUndefined(tasks));
  });

  test('ends with the report', () => {
    const last = [...plans].map(([plan]) => `${plan.split(':')[0]} ${namesOf(plan).at(-1)}`);
    const reports = [
      'cell figures',
      'gene figures',
      'gene-vectors gene-vectors',
      'generalization transfer-figures',
      'pretrain pretrain-report',
    ];
    expect(new Set(last)).toEqual(new Set(reports));
  });
});

test('the gene vectors are computed again when the model that comes with the project has changed', () => {
  const hash = createHash('sha256').update(readFileSync(path.join(modelFolder, 'model.safetensors')));
  const digest = hash.update(readFileSync(path.join(modelFolder, 'vocabulary.json'))).digest('hex');
  expect(taskOf('gene-vectors:mini', 'gene-vectors').params).toMatchObject({ model: digest });
});

describe('the cell experiment', () => {
  test('has a fine-tuning task for each model and fold, and evaluation reads them all', () => {
    const folds = [0, 1, 2, 3, 4].map((fold) => `finetune-geneformer-tuned-${fold}`);
    expect(namesOf('cell:onek1k')).toEqual(expect.arrayContaining(folds));
    expect(readsIn('cell:onek1k', 'evaluate')).toEqual(expect.arrayContaining(folds));
  });

  test('lets only a model with pretrained weights wait for pretraining', () => {
    expect(readsIn('cell:onek1k', 'finetune-geneformer-tuned-3')).toEqual(['split', 'tokenize', 'contrast']);
    expect(readsIn('cell:embedded', 'contrast')).toEqual(['tokenize', 'linear-model']);
    expect(readsIn('cell:embedded', 'finetune-geneformer-scratch-3')).toEqual(['split', 'tokenize']);
  });

  test('computes the vectors of the pretrained model once, for layouts, classifiers and the label curve', () => {
    expect(readsIn('cell:embedded', 'vectors')).toEqual(['split', 'tokenize', 'contrast']);
    for (const reader of ['embed', 'classify-geneformer', 'label-curve']) {
      expect(readsIn('cell:embedded', reader)).toContain('vectors');
    }
    expect(readsIn('cell:embedded', 'classify-random-forest')).not.toContain('vectors');
    expect(readsIn('cell:embedded', 'evaluate')[2]).toBe('classify-geneformer');
  });

  test('measures the label curve with these vectors, and shows it', () => {
    const reads = ['data', 'split', 'tokenize', 'linear-model', 'vectors'];
    expect(readsIn('cell:onek1k', 'label-curve')).toEqual(reads);
    expect(readsIn('cell:onek1k', 'figures')).toContain('label-curve');
    expect(namesOf('cell:thymus')).not.toContain('label-curve');
  });

  test('may start from a published checkpoint, which a task of its own fetches', () => {
    expect(readsIn('cell:thymus', 'finetune-geneformer-0')).toContain('checkpoint');
    expect(readsIn('cell:thymus', 'checkpoint')).toEqual([]);
  });

  test('shows the models of the first fold', () => {
    const { inputs } = taskOf('cell:pbmc3k', 'figures');
    expect(inputs['runs']).toEqual(['geneformer-tuned', 'geneformer-scratch'].map((model) => `finetune-${model}-0`));
    expect(taskOf('cell:pbmc3k', 'embed').inputs['tuned']).toEqual(inputs['runs']);
  });

  test('lists every file of real data that the data stage reads', () => {
    const { files } = taskOf('cell:mixology', 'data');
    expect(files).toHaveLength(11);
    expect(files).toContain('sc_mixology/sc_dropseq.metadata.csv.gz');
    expect(taskOf('pretrain:profiles', 'data').files).toContain('reference-profiles/hcl-pseudobulk/ref.expr.csv.gz');
    expect(taskOf('gene:real', 'gene-split').files).toEqual(['geneformer-labels/dosage_sens_tf_labels.csv']);
    expect(taskOf('gene:real', 'gene-finetune-geneformer-v1-10m-0').files).toEqual(['Geneformer-V1-10M']);
    expect(taskOf('cell:embedded', 'data').files).toEqual([]);
  });
});

describe('the gene experiment', () => {
  test('has its folds over genes, and only the pretrained model waits for pretraining', () => {
    expect(readsIn('gene:embedded', 'gene-finetune-geneformer-4')).toContain('pretrain');
    expect(readsIn('gene:embedded', 'gene-finetune-geneformer-scratch-4')).not.toContain('pretrain');
    expect(readsIn('gene:embedded', 'evaluate')).toContain('gene-finetune-geneformer-4');
  });

  test('lets a model with random weights wait for the pretrained one where it takes its shape from it', () => {
    const waits = (model: string) => readsIn('gene:real', `gene-finetune-${model}-0`);
    expect(waits('geneformer-scratch')).toContain('pretrain/profiles/pretrain');
    expect(waits('geneformer-v1-10m')).not.toContain('pretrain/profiles/pretrain');
  });
});

describe('the generalization experiment', () => {
  const plan = 'generalization:embedded';

  test('trains a model before any context is looked at', () => {
    expect(readsIn(plan, 'learn-rank-value-pretrained-100-0')).toEqual([
      'context-split',
      'encode-rank-value',
      'pretrain-rank-value',
    ]);
  });

  test('tests a model with a task for each context, in the encoding of the context', () => {
    const learned = ['learn-rank-value-pretrained-100-0', 'learn-rank-value-pretrained-100-1'];
    for (const [context, tokens] of [
      ['depth-8', 'encode-rank-value-depth-8'],
      ['donor', 'encode-rank-value'],
      ['seen', 'encode-rank-value'],
    ]) {
      expect(readsIn(plan, `score-rank-value-pretrained-100-${context}`)).toEqual([
        'context-split',
        tokens,
        ...learned,
      ]);
    }
  });

  test('tests part of the labels only where the profile asks for it', () => {
    expect(namesOf(plan)).toContain('score-rank-value-scratch-10-donor');
    expect(namesOf(plan)).not.toContain('score-rank-value-scratch-10-depth-2');
    expect(namesOf(plan)).not.toContain('learn-rank-scratch-10-0');
  });

  test('gives a classical classifier the disturbed counts or the disturbed token lists', () => {
    const counts = taskOf(plan, 'classical-random-forest-100-ambient-30');
    expect(counts.inputs).toMatchObject({
      data: 'data',
      shifted: 'shift-ambient-30',
      encoded: null,
      shiftedTokens: null,
    });
    const ranks = taskOf(plan, 'classical-linear-binned-100-ambient-30');
    expect(ranks.inputs).toMatchObject({
      data: null,
      shifted: null,
      encoded: 'encode-binned',
      shiftedTokens: 'encode-binned-ambient-30',
    });
  });
});

describe('cores and the backend', () => {
  test('two trainings run side by side, and a pretraining that nothing runs beside has the machine to itself', () => {
    const coresOf = (plan: string, name: string) => taskOf(plan, name).cores;
    expect(coresOf('cell:embedded', 'finetune-geneformer-scratch-0')).toBe('half');
    expect(coresOf('cell:embedded', 'contrast')).toBe('half');
    expect(coresOf('gene:embedded', 'pretrain')).toBe('half');
    expect(coresOf('pretrain:profiles', 'pretrain')).toBe('all');
    expect(coresOf('generalization:embedded', 'pretrain-rank')).toBe('half');
  });

  test('only what runs a transformer depends on the backend', () => {
    const computing = [...plans.values()].flat().flatMap(({ stage, computes }) => (computes ? [stage] : []));
    expect([...new Set(computing)].sort()).toEqual([
      'contrast',
      'finetune',
      'gene-finetune',
      'learn',
      'pretrain',
      'score',
      'vectors',
    ]);
  });
});

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutUndefined(inner)]));
}
