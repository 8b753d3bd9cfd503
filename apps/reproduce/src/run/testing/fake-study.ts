import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runStage, type StageRequest } from '../run-stage.js';
import type { Manifest } from '../manifest.js';
import type { Task } from '../plan.js';
import type { Work } from '../stage.js';
import { Store } from '../store.js';

/**
 * A study of four small stages, each of which reads all outputs of the previous one:
 * `data` (one file) → `pretrain` (a folder of two files) → `finetune` (a file and a folder) → `evaluate` (published).
 */
export class FakeStudy {
  /** Names of the stages that ran, in order. */
  ran: string[] = [];
  notices: string[] = [];
  code: Record<string, string> = {};
  /** Changes what a stage writes, as if it were not reproducible. */
  noise: Record<string, string> = {};
  /** The user's own file. */
  readonly userFile: string;

  private constructor(
    readonly folder: string,
    readonly store: Store,
    readonly results: string,
  ) {
    this.userFile = path.join(folder, 'counts.csv');
  }

  /**
   * Creates a study in a temporary folder.
   * @param template a folder with such a study to copy; default: an empty study
   */
  static async create(template?: string): Promise<FakeStudy> {
    const folder = await mkdtemp(path.join(tmpdir(), 'study-'));
    if (template !== undefined) await cp(template, folder, { recursive: true });
    const study = new FakeStudy(folder, new Store(path.join(folder, 'cache')), path.join(folder, 'results/cell/small'));
    await writeFile(study.userFile, 'c1,c2');
    return study;
  }

  /** Another clone of the repository: its own results, the same cache. */
  clone(): FakeStudy {
    return new FakeStudy(this.folder, this.store, path.join(this.folder, 'other-results/cell/small'));
  }

  request(name: string): StageRequest {
    return {
      identity: { experiment: 'cell', profile: 'small', name },
      work: () => Promise.resolve(this.work(name)),
      params: { of: name },
      inputs: before[name] ?? [],
      upstream: (input) => Promise.resolve(this.request(input)),
      ...(name === 'data' && { files: { 'counts.csv': this.userFile } }),
      code: this.code[name] ?? 'c0de',
      backend: 'none',
      resultsDirectory: this.results,
      notice: (line) => this.notices.push(line),
      store: this.store,
    };
  }

  /** The plan of the study. */
  tasks(): Task[] {
    return Object.entries(before).map(([name, reads]) => ({
      experiment: 'cell',
      profile: 'small',
      name,
      stage: name,
      params: { of: name },
      inputs: { reads },
      files: [],
      cores: 'all',
      computes: false,
    }));
  }

  run(name: string): Promise<Manifest> {
    return runStage(this.request(name));
  }

  async runAll(): Promise<void> {
    for (const name of Object.keys(before)) await this.run(name);
  }

  /** Clears runs and notices, so that a test sees only the following ones. */
  forget(): void {
    this.ran = [];
    this.notices = [];
  }

  async manifest(name: string): Promise<Manifest> {
    return JSON.parse(await readFile(path.join(this.results, 'stages', name, 'manifest.json'), 'utf8')) as Manifest;
  }

  /** Returns the full path of a file of an output in the cache. */
  async object(name: string, output: string, file: string): Promise<string> {
    return path.join(this.store.path((await this.manifest(name)).outputs[output].digest), file);
  }

  async record(name: string): Promise<string> {
    return this.store.stageFile((await this.manifest(name)).key);
  }

  /** Returns the text of every file in the results and of every object in the cache. */
  async everything(): Promise<Record<string, string>> {
    return { ...(await contents(this.results)), ...(await contents(path.join(this.store.root, 'objects'))) };
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private work(name: string): Work {
    return async ({ inputs, scratch }) => {
      this.ran.push(name);
      const parts = [name, this.noise[name] ?? ''];
      if (name === 'data') parts.push(await readFile(this.userFile, 'utf8'));
      for (const input of before[name] ?? []) {
        for (const [output, { files }] of Object.entries((await this.manifest(input)).outputs)) {
          const folder = inputs.made(input).folder(output);
          for (const file of Object.keys(files)) parts.push(await readFile(path.join(folder, file), 'utf8'));
        }
      }
      const text = parts.join('|');
      const file = path.join(scratch, `${name}.txt`);
      await writeFile(file, text);
      if (name === 'evaluate') {
        return { outputs: { 'published/metrics.json': file, 'published/figures': await folder() } };
      }
      const outputs = { [name]: file, ...(name !== 'data' && { checkpoint: await folder() }) };
      return { outputs, facts: { length: text.length }, timing: { train: Math.random() } };

      async function folder(): Promise<string> {
        const made = path.join(scratch, 'checkpoint');
        await mkdir(path.join(made, 'below'), { recursive: true });
        await writeFile(path.join(made, 'weights'), `weights of ${text}`);
        await writeFile(path.join(made, 'below/config'), `config of ${name}`);
        return made;
      }
    };
  }
}

const before: Record<string, string[]> = {
  data: [],
  pretrain: ['data'],
  finetune: ['data', 'pretrain'],
  evaluate: ['finetune'],
};

/** Ways to damage a file; each resolves when it is done. */
export const damageTo = {
  'a flipped byte': async (file: string) => {
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] ^= 1;
    await chmod(file, 0o644);
    await writeFile(file, bytes);
  },
  'a truncation': async (file: string) => {
    await chmod(file, 0o644);
    await truncate(file, 3);
  },
  'a missing file': (file: string) => rm(file),
  'a folder in its place': async (file: string) => {
    await rm(file);
    await mkdir(file);
    await writeFile(path.join(file, 'weights'), 'x');
  },
};

/** Returns a map from path to the text of each file below `folder`. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.sort().map(async (file) => [file, await readFile(file, 'utf8')] as const));
  return Object.fromEntries(texts);
}
