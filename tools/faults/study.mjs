/** A copy of the study in a folder of its own: its experiments, results and cache; the code is that of this clone. */
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { runStage } from '../../apps/reproduce/dist/run/run-stage.js';
import { Store } from '../../apps/reproduce/dist/run/store.js';
import { Study } from '../../apps/reproduce/dist/run/study.js';
import { stageSteps } from '../nx/experiments.mjs';

const app = fileURLToPath(new URL('../../apps/reproduce', import.meta.url));

/** @param {{ full: boolean }} options `full`: the settings of the embedded profile as they are */
export async function makeStudy({ full }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
  const dataFolder = path.join(folder, 'data');
  mkdirSync(dataFolder);
  mkdirSync(path.join(folder, 'experiments'));
  symlinkSync(path.join(app, 'dist'), path.join(folder, 'dist'));
  const experiment = parse(readFileSync(path.join(app, 'experiments/cell.yaml'), 'utf8'), { merge: true });
  const embedded = full ? experiment.profiles.embedded : reduce(experiment.profiles.embedded);
  const own = { ...embedded, data: ownCells, tokenize: { ...embedded.tokenize, vocabulary: 'V1' } };
  const text = stringify({ ...experiment, profiles: { embedded, own } }, { aliasDuplicateObjects: false });
  writeFileSync(path.join(folder, 'experiments/cell.yaml'), text);
  process.env.GENEFORMER_DATA = dataFolder;
  process.env.GENEFORMER_CACHE = path.join(folder, 'cache');
  return new CopiedStudy(folder, path.join(dataFolder, ownCells.files[0].path));
}

/** Cells that a person has in a file. */
const ownCells = { kind: 'files', id: 'own', source: 'own', files: [{ path: 'cells.h5ad' }] };

/** Every stage and every output of the embedded profile, on few cells and for seconds. */
function reduce(embedded) {
  const { 'logistic-regression': logistic, majority } = embedded.baselines;
  return {
    ...embedded,
    data: { kind: 'simulated-thymus', preset: 'small', seed: 11, cells: 200, corpus: { seed: 12, cells: 200 } },
    protocol: { ...embedded.protocol, folds: 2, groupBy: null },
    tokenize: { ...embedded.tokenize, maxLength: 32 },
    pretrain: { ...embedded.pretrain, numTrainEpochs: 1 },
    finetune: { ...embedded.finetune, numTrainEpochs: 1 },
    baselines: { 'logistic-regression': { ...logistic, tuning: null }, majority },
    evaluate: { ...embedded.evaluate, resamples: 100 },
    figures: { scale: 1 },
  };
}

class CopiedStudy {
  notices = [];

  constructor(folder, userFile) {
    this.folder = folder;
    this.userFile = userFile;
    this.store = new Store(process.env.GENEFORMER_CACHE);
    this.study = new Study(folder);
  }

  steps(profile = 'embedded') {
    return stageSteps(this.folder, 'cell', profile);
  }

  results(profile = 'embedded') {
    return this.study.results('cell', profile);
  }

  manifest(stage, profile) {
    return JSON.parse(readFileSync(this.manifestFile(stage, profile), 'utf8'));
  }

  manifestFile(stage, profile) {
    return path.join(this.results(profile), 'stages', stage, 'manifest.json');
  }

  async run(stage, profile = 'embedded') {
    const step = this.steps(profile).find(({ words }) => words.join('-') === stage);
    const request = await this.study.request('cell', profile, step);
    return runStage({ ...request, notice: (line) => this.notices.push(line) });
  }

  /** @param {string[] | undefined} stages these, one reader of each, and the stages before them; all when left out */
  async runAll(stages) {
    const needed = new Set();
    const need = (name) => {
      needed.add(name);
      for (const input of this.steps().find(({ words }) => words.join('-') === name).after) need(input);
    };
    for (const { words } of this.steps()) {
      const name = words.join('-');
      if (!stages || stages.includes(name)) need(name);
    }
    for (const { words } of this.steps()) if (needed.has(words.join('-'))) await this.run(words.join('-'));
  }

  /** Stages that ran and read this one, the fastest first. */
  readers(stage) {
    return this.steps()
      .filter(({ after }) => after.includes(stage))
      .map(({ words }) => words.join('-'))
      .filter((name) => this.hasRun(name))
      .sort((a, b) => this.manifest(a).seconds - this.manifest(b).seconds);
  }

  hasRun(stage) {
    try {
      return this.manifest(stage).stage === stage;
    } catch {
      return false;
    }
  }
}
