/** A copy of the study in a folder of its own: its experiments, results and cache; the code is that of this clone. */
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { prepareStudy } from '../build/code.mjs';
import { smallProfile } from './small-profile.mjs';

await prepareStudy();
const { Board } = await import('../../apps/reproduce/dist/run/board.js');
const { runStage } = await import('../../apps/reproduce/dist/run/run-stage.js');
const { readsOf } = await import('../../apps/reproduce/dist/run/plan.js');
const { runTasks } = await import('../../apps/reproduce/dist/run/runner.js');
const { Study } = await import('../../apps/reproduce/dist/run/study.js');

const app = fileURLToPath(new URL('../../apps/reproduce', import.meta.url));

/** @param {{ full: boolean }} options `full`: the settings of the embedded profile as they are */
export async function makeStudy({ full }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
  const dataFolder = path.join(folder, 'data');
  mkdirSync(dataFolder);
  mkdirSync(path.join(folder, 'experiments'));
  symlinkSync(path.join(app, 'dist'), path.join(folder, 'dist'));
  const experiment = parse(readFileSync(path.join(app, 'experiments/cell.yaml'), 'utf8'), { merge: true });
  const embedded = full ? experiment.profiles.embedded : smallProfile(experiment.profiles.embedded);
  const own = { ...embedded, data: ownCells, tokenize: { ...embedded.tokenize, vocabulary: 'V1' } };
  const text = stringify({ ...experiment, profiles: { embedded, own } }, { aliasDuplicateObjects: false });
  writeFileSync(path.join(folder, 'experiments/cell.yaml'), text);
  process.env.GENEFORMER_DATA = dataFolder;
  process.env.GENEFORMER_CACHE = path.join(folder, 'cache');
  const study = new Study(folder);
  const profiles = { embedded: await study.tasks('cell', 'embedded'), own: await study.tasks('cell', 'own') };
  return new CopiedStudy(folder, path.join(dataFolder, ownCells.files[0].path), study, profiles);
}

/** Cells that a person has in a file. */
const ownCells = { kind: 'files', id: 'own', source: 'own', files: [{ path: 'cells.h5ad' }] };

class CopiedStudy {
  notices = [];
  notice = (line) => void this.notices.push(line);

  constructor(folder, userFile, study, profiles) {
    this.folder = folder;
    this.userFile = userFile;
    this.study = study;
    this.store = study.store;
    this.profiles = profiles;
  }

  /** Names of the tasks, each after those that it reads. */
  names() {
    return this.profiles.embedded.map(({ name }) => name);
  }

  results(profile = 'embedded') {
    return this.study.results('cell', profile);
  }

  manifest(name, profile) {
    return JSON.parse(readFileSync(this.manifestFile(name, profile), 'utf8'));
  }

  manifestFile(name, profile) {
    return path.join(this.results(profile), 'stages', name, 'manifest.json');
  }

  async run(name, profile = 'embedded') {
    const task = this.profiles[profile].find((one) => one.name === name);
    return runStage({ ...(await this.study.request(task)), notice: this.notice });
  }

  /** Asks for every task that has run, as the command of the study does. */
  async runStudy() {
    const tasks = this.profiles.embedded.filter(({ name }) => this.needed.has(name));
    const board = new Board({ write: (line) => void this.notices.push(line.trimEnd()) });
    const start = async ({ name }) => void (await this.run(name));
    await runTasks({ study: this.study, tasks, board, signal: new globalThis.AbortController().signal, start });
  }

  /** @param {string[] | undefined} names these, and the tasks before them; all when left out */
  async runAll(names = this.names()) {
    this.needed = new Set();
    const tasks = this.profiles.embedded;
    const need = (name) => {
      this.needed.add(name);
      for (const input of readsOf(tasks.find((task) => task.name === name))) need(input);
    };
    for (const name of names) need(name);
    for (const name of this.names()) if (this.needed.has(name)) await this.run(name);
  }

  /** Tasks that ran and read this one, the fastest first. */
  readers(name) {
    return this.profiles.embedded
      .filter((task) => readsOf(task).includes(name))
      .map((task) => task.name)
      .filter((reader) => this.needed.has(reader))
      .sort((a, b) => this.manifest(a).seconds - this.manifest(b).seconds);
  }
}
