/** The study of a clone: its experiments, its results, and the request for every task. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { listSome } from '@geneformer-ts/core';
import { readVariable } from '@geneformer-ts/core/node';
import { StageError } from '../errors.js';
import type { AnyStage } from './define.js';
import { digestOf } from './manifest.js';
import { planTasks, readsOf, type Task } from './plan.js';
import { readRecord, writeRecord } from './read-record.js';
import type { StageRequest } from './run-stage.js';
import { workOf } from './stage.js';
import { Store } from './store.js';

/** One profile of an experiment: its tasks, each after those of the profile that it reads. */
export interface Plan {
  kind: string | undefined;
  title: string;
  tasks: Task[];
}

/** What `tools/build/fingerprint.mjs` wrote: the fingerprint of each stage's code, and the libraries that stages import. */
interface Code {
  /** Fingerprint of the declarations of all experiments. */
  plan: string;
  stages: Record<string, string>;
  libraries: string[];
}

export class Study {
  private readonly plans = new Map<string, Promise<Plan>>();
  private code: Promise<Code> | undefined;

  /** @param root the folder of this app */
  constructor(
    private readonly root: string,
    readonly store = new Store(),
  ) {}

  results(experiment: string, profile: string): string {
    return path.join(this.root, 'results', experiment, profile);
  }

  /**
   * Returns the plan of a profile. It is kept in the store under the digest of the file and the code, so that an unchanged study loads
   * neither schemas nor stages.
   * @throws ExperimentError when the experiment, the profile or a value of the file is not valid
   */
  plan(experiment: string, profile: string): Promise<Plan> {
    const name = `${experiment}/${profile}`;
    const plan = this.plans.get(name) ?? this.makePlan(experiment, profile);
    this.plans.set(name, plan);
    return plan;
  }

  private async makePlan(experiment: string, profile: string): Promise<Plan> {
    const folder = path.join(this.root, 'experiments');
    const text = await readRecord(path.join(folder, `${path.basename(experiment)}.yaml`));
    const key = digestOf({ text, code: (await this.readCode()).plan, experiment, profile });
    const file = path.join(this.store.root, 'plans', `${key}.json`);
    const kept = parsePlan(await readRecord(file));
    if (kept) return kept;
    const { loadExperiment, profileOf } = await import('../config/load.js');
    const { declaration, title, profiles } = await loadExperiment(folder, experiment);
    const given = { title, profile: profileOf({ profiles }, profile, `experiments/${experiment}.yaml`) };
    const plan: Plan = { kind: declaration.kind, title, tasks: planTasks(declaration, experiment, profile, given) };
    // A plan that cannot be kept only makes the next run slower.
    await writeRecord(file, JSON.stringify({ check: digestOf(plan), plan })).catch(() => undefined);
    return plan;
  }

  /**
   * Returns the tasks of a profile and those of other profiles that they need, each after those that it reads.
   * @param only the task whose result is wanted; default all of the profile
   */
  async tasks(experiment: string, profile: string, only?: string): Promise<Task[]> {
    const found = new Map<string, Task>();
    const add = async (task: Task): Promise<void> => {
      const { experiment, profile, name } = task;
      if (found.has(`${experiment}/${profile}/${name}`)) return;
      for (const input of readsOf(task)) await add(await this.task(experiment, profile, input));
      found.set(`${experiment}/${profile}/${name}`, task);
    };
    const wanted =
      only === undefined ? (await this.plan(experiment, profile)).tasks : [await this.task(experiment, profile, only)];
    for (const task of wanted) await add(task);
    return [...found.values()];
  }

  /**
   * Returns a task by its name.
   * @param name `tokenize` for a task of the profile, `pretrain/profiles/pretrain` for one of another
   * @throws StageError for an unknown task; the message lists some that exist
   */
  async task(experiment: string, profile: string, name: string): Promise<Task> {
    const parts = name.split('/');
    const [fromExperiment = '', fromProfile = ''] = parts.length > 1 ? parts : [experiment, profile];
    const { tasks } = await this.plan(fromExperiment, fromProfile);
    const found = tasks.find((task) => task.name === parts.at(-1));
    if (found) return found;
    const known = listSome(tasks.map((task) => task.name));
    throw new StageError(name, `not in ${fromExperiment}:${fromProfile}; name one of: ${known}`);
  }

  /** Returns the request for `runStage`, for a task and for every task before it. */
  async request(task: Task): Promise<StageRequest> {
    const { experiment, profile, name, stage, params } = task;
    const { stages } = await this.readCode();
    return {
      identity: { experiment, profile, name },
      work: async () => {
        const loaded = (await import(`../stages/${stage}.js`)) as { default: AnyStage };
        return workOf(loaded.default, task);
      },
      params,
      inputs: readsOf(task),
      upstream: async (input) => this.request(await this.task(experiment, profile, input)),
      files: await pathsOf(task.files),
      code: stages[stage] ?? '',
      backend: task.computes ? computeName() : 'none',
      resultsDirectory: this.results(experiment, profile),
      store: this.store,
    };
  }

  /** Names and versions of the libraries that stages import. */
  async libraries(): Promise<string[]> {
    return (await this.readCode()).libraries;
  }

  private readCode(): Promise<Code> {
    const file = path.join(this.root, 'dist', 'code.json');
    return (this.code ??= readFile(file, 'utf8').then((text) => JSON.parse(text) as Code));
  }
}

/** Returns a kept plan; undefined where it is missing or not as written. */
function parsePlan(text: string | undefined): Plan | undefined {
  try {
    const { check, plan } = JSON.parse(text ?? '') as { check: string; plan: Plan };
    return digestOf(plan) === check ? plan : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the full paths of files below GENEFORMER_DATA, by their names in the experiment file. */
async function pathsOf(files: readonly string[]): Promise<Record<string, string>> {
  if (files.length === 0) return {};
  const { dataFile } = await import('../data/data-files.js');
  return Object.fromEntries(files.map((name) => [name, dataFile(name)]));
}

/** Returns the name of the backend and device for keys. A stage that computes refuses values that do not exist. */
export function computeName(): string {
  const names = [readVariable('GENEFORMER_BACKEND') ?? 'onnx', readVariable('GENEFORMER_DEVICE')];
  return names.filter(Boolean).join('-');
}
