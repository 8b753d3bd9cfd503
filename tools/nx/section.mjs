/**
 * Prints what a stage's cache key must hold beside its code and its inputs: its own section of the experiment file, and for
 * the stage that reads files, their sizes and times. `node section.mjs apps/reproduce/experiments/cell mixology data`
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const [, , experiment, profile, stage, model] = process.argv;
const sectionsOf = {
  data: ['data'],
  split: ['protocol'],
  tokenize: ['tokenize'],
  pretrain: ['model', 'pretrain'],
  embed: ['model', 'embed'],
  evaluate: ['protocol', 'evaluate', 'published'],
  figures: ['figures', 'question', 'description'],
};

try {
  const file = parse(readFileSync(`${experiment}.yaml`, 'utf8'), { merge: true });
  const settings = file.profiles[profile];
  const section =
    stage === 'finetune'
      ? { model: settings.model, finetune: { ...settings.finetune, models: settings.finetune.models[model] } }
      : stage === 'baseline'
        ? settings.baselines[model]
        : (sectionsOf[stage] ?? []).map((name) => settings[name]);
  const title = stage === 'figures' ? file.title : undefined;
  console.log(JSON.stringify({ section, title, files: stage === 'data' ? files(settings.data.files ?? []) : [] }));
} catch (error) {
  console.log(String(error)); // a broken file still has a key; the stage explains what is broken
}

function files(entries) {
  return entries
    .flatMap((entry) => [entry.path, entry.obs ?? []].flat())
    .map((name) => {
      const full = path.resolve(process.env.GENEFORMER_DATA ?? '.', name);
      const stat = statSync(full, { throwIfNoEntry: false });
      return [full, stat?.size, stat?.mtimeMs];
    });
}
