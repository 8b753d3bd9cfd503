/**
 * Prints what a stage's cache key must hold beside its code and its inputs: its own section of the experiment file, and for
 * the stage that reads files, their sizes and times. `node section.mjs apps/reproduce/experiments/cell mixology data`
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseExperiment } from './parse-experiment.mjs';

const [, , experiment, profile, stage, model, ...rest] = process.argv;
/** Percent of the labels, where that is not all of them. */
const part = stage === 'finetune' ? rest[1] : rest[0];
const sectionsOf = {
  data: ['data'],
  split: ['protocol'],
  tokenize: ['tokenize'],
  pretrain: ['model', 'pretrain'],
  embed: ['model', 'embed'],
  checkpoint: ['pretrained'],
  'pretrain-report': ['pretrain', 'figures', 'question', 'description'],
  evaluate: ['protocol', 'evaluate', 'published', 'labelBudgets'],
  figures: ['figures', 'question', 'description'],
  'gene-split': ['protocol', 'data'],
  'gene-features': ['tokenize'],
  'gene-evaluate': ['protocol', 'evaluate', 'published'],
  'gene-figures': ['protocol', 'figures', 'question', 'description'],
  'context-split': ['protocol'],
  vocabulary: ['tokenize'],
  'transfer-evaluate': ['protocol', 'contexts', 'reference', 'evaluate'],
  'transfer-figures': ['figures', 'question', 'description'],
};
/** The entry of a section that a stage depends on. */
const entriesOf = {
  shift: 'contexts',
  encode: 'encodings',
  baseline: 'baselines',
  'gene-baseline': 'baselines',
  classical: 'baselines',
};

try {
  const file = parseExperiment(`${experiment}.yaml`);
  const settings = file.profiles[profile];
  // Only the parts of the labels that a task is of, so that others may be added.
  const { minCellVisits, seed } = settings.labelBudgets ?? {};
  const budgets = part === undefined ? undefined : { minCellVisits, seed };
  const section =
    stage === 'finetune' || stage === 'gene-finetune'
      ? { model: settings.model, finetune: { ...settings.finetune, models: settings.finetune.models[model] } }
      : stage === 'learn' || stage === 'score'
        ? [settings.model, startOf(settings.learn, model), encodingOf(settings.encodings, model)]
        : stage in entriesOf
          ? [settings[entriesOf[stage]][model], stage === 'encode' && settings.tokenize]
          : (sectionsOf[stage] ?? []).map((name) => settings[name]);
  const title = stage.endsWith('figures') || stage.endsWith('report') ? file.title : undefined;
  console.log(JSON.stringify({ section, budgets, title, files: files(readBy(stage, settings)) }));
} catch (error) {
  console.log(String(error)); // a broken file still has a key; the stage explains what is broken
}

/** How models are trained, and of the starts the one of this model: `<encoding>-<start>`. */
function startOf({ initializations, ...training }, model) {
  const own = Object.entries(initializations).filter(([start]) => model.endsWith(`-${start}`));
  return { ...training, initializations: Object.fromEntries(own) };
}

function encodingOf(encodings, model) {
  return Object.fromEntries(Object.entries(encodings).filter(([encoding]) => model.startsWith(`${encoding}-`)));
}

/** Names of the real files that a stage reads. */
function readBy(stage, settings) {
  if (stage === 'data') {
    const { drawn = [], corpus, files = [] } = settings.data;
    return [...drawn, ...(corpus?.drawn ?? []), ...files];
  }
  if (stage === 'gene-split') return [settings.protocol.labels, settings.protocol.groupGenesBy ?? {}];
  if (stage === 'gene-finetune') return [{ path: settings.finetune.models[model].init.checkpoint }];
  return ['tokenize', 'vocabulary', 'gene-features'].includes(stage) ? [{ path: settings.tokenize?.dictionaries }] : [];
}

function files(entries) {
  return entries
    .flatMap((entry) => [entry.path ?? [], entry.obs ?? []].flat())
    .flatMap((name) => {
      const full = path.resolve(process.env.GENEFORMER_DATA?.trim() ?? '', name);
      const stat = statSync(full, { throwIfNoEntry: false });
      // The time of a folder changes with the names in it only.
      const inside = stat?.isDirectory() ? readdirSync(full).sort() : [''];
      return inside.map((file) => sizeAndTime(path.join(full, file)));
    });
}

function sizeAndTime(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return [file, stat?.size, stat?.mtimeMs];
}
