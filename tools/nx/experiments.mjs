import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { planGenes } from './gene-stages.mjs';
import { planGeneralization } from './generalization-stages.mjs';
import { parseExperiment } from './parse-experiment.mjs';
import { planPretraining } from './pretrain-stages.mjs';
import { printable } from './printable.mjs';

/** Ends a stage with the npx or nx that it was started by. */
const WATCHED = '--import ../../tools/nx/end-with-launcher.mjs';

/**
 * Turns each experiment file into targets: `cell` (the default profile), `cell:mixology`, and one target per stage below them, such as
 * `cell:mixology:finetune:geneformer:0`. Only names are read here; the stages themselves validate what they read, so that a
 * mistake in the file is reported by the stage in one line instead of by Nx in fifty.
 */
export function stageTargets(projectRoot) {
  const folder = path.join(projectRoot, 'experiments');
  const targets = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
    const experiment = path.basename(file, '.yaml');
    const { defaultProfile = 'embedded', kind, profiles } = readExperiment(path.join(folder, file));
    if (!NAME.test(experiment)) continue;
    for (const [profile, settings] of Object.entries(profiles)) {
      if (NAME.test(profile)) Object.assign(targets, profileTargets(experiment, profile, settings, kind));
    }
    const shown = NAME.test(defaultProfile) ? defaultProfile : 'embedded';
    targets[experiment] = targets[`${experiment}:${shown}`] ?? summary(experiment, shown, []);
  }
  return targets;
}

/**
 * The stages of a profile in an order in which each comes after those it reads, for a stage that finds one of its inputs damaged.
 * @returns {{ words: string[], after: string[] }[]} `after` as in the command: names of folders below the results
 */
export function stageSteps(projectRoot, experiment, profile) {
  const { kind, profiles } = readExperiment(path.join(projectRoot, 'experiments', `${experiment}.yaml`));
  const steps = [];
  planProfile(profiles[profile], kind, (words, after) => steps.push({ words, after: after.map(folderOf) }));
  return steps;
}

/**
 * Stops a run of `reproduce:<experiment>:<profile>` whose profile is in no file.
 * @param {string[]} argv the words of the command line
 */
export function assertKnownProfile(projectRoot, argv) {
  for (const word of argv) {
    const [, experiment, profile] = /^reproduce:([\w-]+):([\w-]+)/.exec(word) ?? [];
    const full = path.join(projectRoot, 'experiments', `${experiment}.yaml`);
    if (!experiment || !existsSync(full)) continue;
    const { profiles } = readExperiment(full);
    if (Object.hasOwn(profiles, profile)) continue;
    const known = Object.keys(profiles).join(', ');
    const file = `apps/reproduce/experiments/${experiment}.yaml`;
    throw new Error(printable(`${file}: no profile "${profile}"; choose one of: ${known}`));
  }
}

/** Leaves out a part that cannot be planned: the stage that reads the file reports the fault. */
function readExperiment(file) {
  try {
    const { profiles, ...experiment } = parseExperiment(file) ?? {};
    return { ...experiment, profiles: isObject(profiles) ? profiles : {} };
  } catch {
    return { profiles: {} };
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names become parts of commands, and Nx prints them as they are. */
const NAME = /^[a-z][a-z0-9-]*$/;
/** A part of a target's name: those above, and numbers. */
const WORD = /^[a-z0-9][a-z0-9.-]*$/;
/** More folds than any study has. */
const MOST_FOLDS = 1000;

function profileTargets(experiment, profile, settings, kind) {
  const name = `${experiment}:${profile}`;
  const prefix = `${name}:`;
  const targets = {};
  try {
    if (settings?.protocol?.folds > MOST_FOLDS) throw new RangeError('folds');
    const results = planProfile(settings, kind, (words, after) => {
      targets[prefix + words.join(':')] = stageTarget(experiment, profile, words, after);
    });
    if (!Object.keys(targets).every((target) => target.split(':').every((word) => WORD.test(word)))) {
      throw new TypeError('a name of a model, a context or an encoding');
    }
    targets[name] = summary(
      experiment,
      profile,
      results.map((stage) => prefix + stage),
    );
    return targets;
  } catch {
    // The summary reads the file too, and says what is wrong with it.
    return { [name]: summary(experiment, profile, []) };
  }
}

/** Calls `add` for every stage, each after those it reads; returns those that a result is made of. */
function planProfile(settings, kind, add) {
  const plans = { genes: planGenes, pretrain: planPretraining, generalization: planGeneralization };
  const plan = Object.hasOwn(plans, kind) ? plans[kind] : planCells;
  const named = (words, after) => {
    add(words, after);
    return words.join(':');
  };
  return plan(settings, named, pretrainedStage);
}

/** The stages of an experiment on cells; returns those that a result is made of. */
function planCells(settings, add) {
  const folds = Array.from({ length: settings?.protocol?.folds ?? 0 }, (_, fold) => fold);
  const data = add(['data'], []);
  const split = add(['split'], [data]);
  const tokenize = add(['tokenize'], [data]);
  const pretrain = pretrainedStage(settings, add, [data, tokenize]);
  const predictions = [];
  for (const model of Object.keys(settings?.finetune?.models ?? {})) {
    // A model with random weights may take its shape from the pretrained one.
    const start = settings.finetune.models[model]?.init === 'pretrained' || !settings.model ? pretrain : [];
    for (const part of labelParts(settings, model)) {
      for (const fold of folds) {
        predictions.push(add(['finetune', model, String(fold), ...part], [split, tokenize, ...start]));
      }
    }
  }
  for (const model of Object.keys(settings?.baselines ?? {})) {
    for (const part of labelParts(settings, model)) {
      predictions.push(add(['baseline', model, ...part], [data, split, tokenize]));
    }
  }
  const firstFolds = predictions.filter((name) => name.startsWith('finetune:') && name.endsWith(':0'));
  const embed = add(['embed'], [data, split, tokenize, ...pretrain, ...firstFolds]);
  const evaluate = add(['evaluate'], [data, split, ...predictions]);
  const figures = add(['figures'], [data, split, tokenize, ...pretrain, ...firstFolds, embed, evaluate]);
  return [evaluate, figures];
}

/** Where the pretrained model comes from: this profile's pretraining, another profile, or a published checkpoint. */
function pretrainedStage(settings, add, after) {
  if (settings?.pretrain) return [add(['pretrain'], after)];
  const { profile, asset } = settings?.pretrained ?? {};
  if (profile) return [`${ELSEWHERE}${profile}:pretrain`];
  return asset ? [add(['checkpoint'], [])] : [];
}

/** All labels, and the parts of them that the profile asks about, as the words that name them. */
function labelParts({ labelBudgets }, model) {
  return [
    [],
    ...(labelBudgets?.models?.includes(model) ? labelBudgets.percents.map((percent) => [String(percent)]) : []),
  ];
}

/** Begins the name of a stage of another profile: `@pretrain:profiles:pretrain`. */
const ELSEWHERE = '@';

function targetOf(stage, prefix) {
  return stage.startsWith(ELSEWHERE) ? stage.slice(1) : prefix + stage;
}

/** A stage's folder below the results: `finetune-geneformer-0` here, `pretrain/profiles/pretrain` elsewhere. */
function folderOf(stage) {
  return stage.startsWith(ELSEWHERE) ? stage.slice(1).replaceAll(':', '/') : stage.replaceAll(':', '-');
}

/** One stage: cached by its own section of the file, by the code it can reach, and by the digests of what it reads. */
function stageTarget(experiment, profile, words, after) {
  const [name] = words;
  const args = [experiment, profile, ...words].join(' ');
  return {
    executor: 'nx:run-commands',
    cache: true,
    parallelism: sharing.has(name) || (name === 'pretrain' && words.length > 1),
    dependsOn: ['build', ...after.map((stage) => targetOf(stage, `${experiment}:${profile}:`))],
    inputs: [
      { dependentTasksOutputFiles: `**/fingerprints/${name}.txt` },
      { dependentTasksOutputFiles: '**/outputs.json' },
      { runtime: `node tools/nx/section.mjs apps/reproduce/experiments/${args}` },
      ...(computing.has(name) ? [{ env: 'GENEFORMER_BACKEND' }, { env: 'GENEFORMER_DEVICE' }] : []),
    ],
    outputs: [
      `{projectRoot}/results/${experiment}/${profile}/stages/${words.join('-')}`,
      ...(publishes[name] ?? []).map((file) => `{projectRoot}/results/${experiment}/${profile}/${file}`),
    ],
    options: {
      command: `node ${WATCHED} dist/main.js ${args} --after ${after.map(folderOf).join(',')}`.replace(
        / --after $/,
        '',
      ),
      cwd: '{projectRoot}',
    },
  };
}

/** The stages whose last bits depend on what computes them. */
const computing = new Set(['pretrain', 'finetune', 'embed', 'gene-finetune', 'learn', 'score']);

/**
 * The stages of which two run at a time, on half the cores each, as do the pretrainings of several encodings; every other stage has the
 * machine to itself.
 */
const sharing = new Set([
  ...['finetune', 'baseline', 'gene-finetune', 'gene-baseline'],
  ...['context-split', 'vocabulary', 'shift', 'encode', 'learn', 'score', 'classical'],
]);

/** What a stage leaves for the reader, beside its manifest. */
const publishes = {
  evaluate: ['metrics.json', 'predictions.arrow'],
  figures: ['figures', 'report.html', 'manifest.json'],
};
publishes['pretrain-report'] = ['metrics.json', ...publishes.figures];
publishes['gene-evaluate'] = publishes.evaluate;
publishes['transfer-evaluate'] = publishes.evaluate;
publishes['transfer-figures'] = publishes.figures;
publishes['gene-figures'] = publishes.figures;

/** The table at the end: never cached, because printing it is the point of asking again. */
function summary(experiment, profile, results) {
  return {
    executor: 'nx:run-commands',
    dependsOn: ['build', ...results],
    options: { command: `node ${WATCHED} dist/main.js ${experiment} ${profile} summary`, cwd: '{projectRoot}' },
  };
}
