/** An edit reruns what it may change: edits a copy of the workspace, runs a small study there, and counts the stages. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { smallProfile } from '../faults/small-profile.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder;
let experiment;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'affected-'));
  symlinkSync(path.join(root, 'node_modules'), at('node_modules'));
  const isCopied = (file) =>
    !/\/(dist|fixtures|__snapshots__|reproduce\/results)(\/|$)|\.test\.\w+$/.test(file.slice(root.length));
  for (const part of [
    'packages',
    'apps/reproduce',
    'tools/build',
    'tools/nx',
    'pnpm-lock.yaml',
    'package.json',
    'tsconfig.base.json',
  ]) {
    mkdirSync(path.dirname(at(part)), { recursive: true });
    cpSync(path.join(root, part), at(part), { recursive: true, verbatimSymlinks: true, filter: isCopied });
  }
  const file = at('apps/reproduce/experiments/cell.yaml');
  const { profiles, ...rest } = parse(readFileSync(file, 'utf8'), { merge: true });
  experiment = { ...rest, profiles: { embedded: smallProfile(profiles.embedded) } };
  writeExperiment(experiment);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function at(file) {
  return path.join(folder, file);
}

function writeExperiment(content) {
  writeFileSync(at('apps/reproduce/experiments/cell.yaml'), stringify(content, { aliasDuplicateObjects: false }));
}

/** Runs the study; returns the names of the stages that ran. */
function run() {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/build/study.mjs', 'cell', 'embedded'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GENEFORMER_CACHE: at('cache') },
  });
  if (status !== 0) throw new Error(stdout + stderr);
  return [...stdout.matchAll(/^✓ (\S+)/gm)].map(([, name]) => name);
}

/** Returns the stages whose code is not the one of the last call. */
let before = {};
function changedCode() {
  const program = "import { prepareStudy } from './tools/build/code.mjs'; await prepareStudy();";
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const { stages } = JSON.parse(readFileSync(at('apps/reproduce/dist/code.json'), 'utf8'));
  const changed = Object.keys(stages).filter((name) => stages[name] !== before[name]);
  before = stages;
  return changed;
}

/** Inserts a line into an exported function of a package, in the file that Node loads. */
function edit(name, exported, line) {
  const source = at(`packages/${name}/src`);
  const start = new RegExp(`export (async )?function ${exported}\\b[^]*? \\{\\n`);
  const files = readdirSync(source, { recursive: true }).filter((file) => /(?<!\.browser)\.ts$/.test(file));
  for (const file of files) {
    const text = readFileSync(path.join(source, file), 'utf8');
    if (!start.test(text)) continue;
    writeFileSync(
      path.join(source, file),
      text.replace(start, (found) => `${found}  ${line}\n`),
    );
    return;
  }
  throw new Error(`packages/${name} exports no function ${exported}; name another one in this test`);
}

describe('the stages that run', () => {
  const folds = (model) => [0, 1].map((fold) => `finetune-${model}-${fold}`);
  const all = [
    ...[
      'data',
      'split',
      'tokenize',
      'linear-model',
      'contrast',
      'vectors',
      'label-curve',
      'classify-geneformer',
      ...folds('geneformer-scratch'),
    ],
    ...['classify-logistic-regression', 'classify-majority', 'embed', 'evaluate', 'figures'],
  ];

  test('are all at first, and none the second time', () => {
    expect(run().sort()).toEqual([...all].sort());
    expect(run()).toEqual([]);
  });

  test('after a comment: none', () => {
    edit('io', 'openAnnData', '// Opens it.');
    edit('core', 'printable', '/* Escapes it. */');
    expect(run()).toEqual([]);
  });

  test('after an edit to packages/viz: the figures', () => {
    edit('viz', 'reportPage', 'globalThis.edited = 1;');
    expect(run()).toEqual(['figures']);
  });

  test('after an edit to packages/baselines that changes no prediction: the classical classifiers', () => {
    edit('baselines', 'log1pCp10k', 'globalThis.edited = 1;');
    const classified = ['geneformer', 'logistic-regression', 'majority'].map((model) => `classify-${model}`);
    expect(run().sort()).toEqual([...classified, 'label-curve']);
  });

  test.each([
    ['evaluate.resamples', ({ evaluate }) => (evaluate.resamples = 120), ['evaluate', 'figures']],
    ['figures.scale', ({ figures }) => (figures.scale = 1.5), ['figures']],
    [
      'the C of one classifier',
      ({ baselines }) => (baselines['logistic-regression'].C = 0.5),
      ['classify-logistic-regression', 'evaluate', 'figures'],
    ],
    [
      'the layers that one model freezes',
      ({ finetune }) => (finetune.models['geneformer-scratch'].freezeLayers = 1),
      ['embed', 'evaluate', 'figures', ...folds('geneformer-scratch')],
    ],
  ])('after a change of %s: those that read it', (_what, change, expected) => {
    change(experiment.profiles.embedded);
    writeExperiment(experiment);
    expect(run().sort()).toEqual(expected);
  });

  test('after a new stage, which one file and its line in the declaration add: the new stage', () => {
    const file = at('apps/reproduce/src/stages/count-cells.ts');
    writeFileSync(
      file,
      `import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { readSplit } from '../data/study-cells.js';
import { defineStage, from } from '../run/define.js';
import type split from './split.js';

export default defineStage({
  name: 'count-cells',
  params: z.strictObject({ unit: z.string() }),
  inputs: { split: from<typeof split>() },
  outputs: { 'published/counts.json': 'counts.json' },
  cores: 'half',
  async run({ params: { unit }, inputs, output }) {
    const { labels } = await readSplit(inputs.split);
    await writeFile(output['published/counts.json'], JSON.stringify({ [unit]: labels.length }));
  },
});
`,
    );
    const declaration = at('apps/reproduce/src/experiments/cell.ts');
    const text = readFileSync(declaration, 'utf8');
    const added = text
      .replace(/^import data from/m, "import countCells from '../stages/count-cells.js';\n$&")
      .replace(/^ *const folds = add\(.*$/m, "$&\n  add(countCells, { unit: 'cells' }, { split: folds });");
    writeFileSync(declaration, added);
    expect(run()).toEqual(['count-cells']);
    const counts = readFileSync(at('apps/reproduce/results/cell/embedded/counts.json'), 'utf8');
    expect(JSON.parse(counts)).toEqual({ cells: expect.any(Number) });
    expect(run()).toEqual([]);
    rmSync(file);
    writeFileSync(declaration, text);
  });
});

describe('an edit to a package changes the code of', () => {
  beforeAll(() => void changedCode());
  const reports = ['figures', 'pretrain-report', 'transfer-figures'];
  const evaluations = ['evaluate', 'transfer-evaluate'];
  const transformers = ['contrast', 'finetune', 'gene-finetune', 'learn', 'pretrain', 'score', 'vectors'];

  test.each([
    ['viz', 'reportPage', reports],
    ['eval', 'mcNemarTest', evaluations],
    ['simulate', 'simulateThymus', ['gene-split']],
    ['simulate', 'writeThymus', ['data']],
    ['engine', 'useBackend', transformers],
    ['model', 'pretrain', ['pretrain']],
    ['tokenizer', 'tokenizeCells', ['encode', 'tokenize']],
    ['hub', 'resolveAsset', ['checkpoint', 'data', 'tokenize', 'vocabulary']],
    ['analysis', 'highlyVariableGenes', ['classical', 'classify', 'label-curve']],
    ['io', 'writeH5ad', ['data', 'shift']],
  ])('%s, %s: only the stages that can reach it', (name, exported, expected) => {
    edit(name, exported, `globalThis.edited = '${name}';`);
    expect(changedCode().sort()).toEqual(expected);
  });

  test('core, printable, which every error uses: all stages', () => {
    edit('core', 'printable', 'globalThis.edited = 1;');
    expect(changedCode().sort()).toEqual(Object.keys(before).sort());
  });
});
