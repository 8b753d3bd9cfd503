/** The work of a task, and its access to the outputs of earlier tasks, of which it may read only those that are intact. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '@geneformer-ts/core';
import { StageError } from '../errors.js';
import type { Environment } from '../results/metrics.js';
import type { AnyStage, Made } from './define.js';
import type { Manifest } from './manifest.js';
import type { Task } from './plan.js';
import type { Damage, Store } from './store.js';

/** The name of a task: its experiment, its profile and its own name, such as `finetune-geneformer-0`. */
export interface TaskIdentity {
  experiment: string;
  profile: string;
  name: string;
}

interface WorkContext {
  inputs: TaskInputs;
  /** A private folder in which outputs are written. After a killed run, only entries whose names start with `resume` are kept. */
  scratch: string;
  environment: Environment;
  progress: Progress;
  signal: AbortSignal;
}

export interface WorkResult {
  /** Map from output name to a file or folder inside `scratch`. */
  outputs: Record<string, string>;
  facts?: Record<string, unknown>;
  timing?: Record<string, number>;
}

/** The work of one task, with its parameters. */
export type Work = (context: WorkContext) => Promise<WorkResult>;

/** Returns the work of a task of the plan. */
export function workOf(stage: AnyStage, task: Task): Work {
  return async ({ inputs, scratch, ...context }) => {
    await mkdir(scratch, { recursive: true });
    const declared = Object.entries(stage.outputs);
    const output = Object.fromEntries(
      declared.map(([name, at]) => [name, path.join(scratch, typeof at === 'string' ? at : at.optional)]),
    );
    const given = Object.fromEntries(
      Object.entries(task.inputs).map(([name, of]) => [
        name,
        Array.isArray(of) ? of.map((one) => inputs.made(one)) : of === null ? undefined : inputs.made(of),
      ]),
    );
    const { experiment, profile, name, params, cores } = task;
    const about = { task: { experiment, profile, name }, params, cores };
    // The types of the declaration hold here, because the plan was made from it.
    const asked = { ...context, ...about, inputs: given, output, scratch } as never;
    const { facts = {}, timing = {} } = (await stage.run(asked)) ?? {};
    const left = declared.filter(([name, at]) => {
      if (existsSync(output[name] ?? '')) return true;
      if (typeof at === 'string') throw new Error(`stage "${stage.name}" did not write its output "${name}" (${at})`);
      return false;
    });
    return {
      outputs: Object.fromEntries(left.map(([name]) => [name, output[name] ?? ''])),
      facts: { ...facts },
      timing,
    };
  };
}

/** An output of an earlier task. */
export interface AskedOutput {
  task: string;
  output: string;
}

/** Stops a task that reads a damaged output; the task runs again after the output is recomputed. */
class DamagedInputSignal extends Error {}

/** Gives access to the outputs of earlier tasks, by name (`finetune-geneformer-0`). */
export class TaskInputs {
  /** The damaged output that stopped the task. */
  refused: AskedOutput | undefined;
  readonly used: AskedOutput[] = [];

  constructor(
    private readonly manifests: ReadonlyMap<string, Manifest>,
    private readonly store: Store,
    private readonly damagesOf: (asked: AskedOutput) => readonly Damage[] = () => [],
  ) {}

  /** Returns what an earlier task made. */
  made(task: string): Made<string, unknown> {
    const { facts, timing, outputs } = this.manifest(task);
    const folder = (output: string) => this.folder(task, output);
    return {
      name: task,
      facts,
      timing,
      has: (output) => Object.hasOwn(outputs, output),
      folder,
      file: (output) => `${folder(output)}/${Object.keys(outputs[output]?.files ?? {})[0]}`,
    };
  }

  private manifest(task: string): Manifest {
    const manifest = this.manifests.get(task);
    if (!manifest) throw new StageError(task, 'not an input of this stage; add it to the inputs of its declaration');
    return manifest;
  }

  /** Returns the folder of an output, all of whose files are intact. */
  private folder(task: string, output: string): string {
    const artifact = this.manifest(task).outputs[output];
    if (!artifact)
      throw new Error(`stage "${task}" has no output "${output}"; see the manifest of the stage for its outputs`);
    if (this.damagesOf({ task, output }).length > 0) {
      this.refused = { task, output };
      throw new DamagedInputSignal(`output "${output}" of stage "${task}" is damaged`);
    }
    this.used.push({ task, output });
    return this.store.path(artifact.digest);
  }
}
