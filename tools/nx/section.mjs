/**
 * Prints what a stage's cache key must hold beside its code and its inputs: its own section of the experiment file, and for
 * the stage that reads files, their sizes and times. `node section.mjs apps/reproduce/experiments/cell mixology data`
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

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
};

try {
  const file = parse(readFileSync(`${experiment}.yaml`, 'utf8'), { merge: true });
  const settings = file.profiles[profile];
  const budgets = part === undefined ? undefined : settings.labelBudgets;
  const section =
    stage === 'finetune' || stage === 'gene-finetune'
      ? { model: settings.model, finetune: { ...settings.finetune, models: settings.finetune.models[model] } }
      : stage === 'baseline' || stage === 'gene-baseline'
        ? settings.baselines[model]
        : (sectionsOf[stage] ?? []).map((name) => settings[name]);
  const title = stage.endsWith('figures') || stage.endsWith('report') ? file.title : undefined;
  console.log(JSON.stringify({ section, budgets, title, files: files(readBy(stage, settings)) }));
} catch (error) {
  console.log(String(error)); // a broken file still has a key; the stage explains what is broken
}

/** Names of the real files that a stage reads. */
function readBy(stage, settings) {
  if (stage === 'data') return [...(settings.data.drawn ?? []), ...(settings.data.files ?? [])];
  if (stage === 'gene-split') return [settings.protocol.labels];
  const checkpoint = stage === 'gene-finetune' ? settings.finetune.models[model].init.checkpoint : undefined;
  return checkpoint
    ? ['model.safetensors', 'pytorch_model.bin'].map((file) => ({ path: `${checkpoint}/${file}` }))
    : [];
}

function files(entries) {
  return entries
    .flatMap((entry) => [entry.path ?? [], entry.obs ?? []].flat())
    .map((name) => {
      const full = path.resolve(process.env.GENEFORMER_DATA ?? '.', name);
      const stat = statSync(full, { throwIfNoEntry: false });
      return [full, stat?.size, stat?.mtimeMs];
    });
}
