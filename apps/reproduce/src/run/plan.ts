/** Turns an experiment file and its declaration into tasks: plain values, which can be kept and sent to another process. */
import type { AnyStage, Cores, Experiment, Planner, Ref } from './define.js';

/** One run of a stage. */
export interface Task {
  experiment: string;
  profile: string;
  /** Unique within the profile: `finetune-geneformer-0`. */
  name: string;
  /** The stage's name, which is also that of its module. */
  stage: string;
  params: unknown;
  /** By input of the stage, the tasks that give it: `tokenize`, or `pretrain/profiles/pretrain` for one of another profile. */
  inputs: Record<string, string | string[] | null>;
  /** Files below GENEFORMER_DATA that it reads. */
  files: string[];
  cores: Cores;
  /** Whether the last bits of its result depend on the compute backend. */
  computes: boolean;
}

/** Returns the names of the tasks that a task reads, each once. */
export function readsOf({ inputs }: Task): string[] {
  return [...new Set(Object.values(inputs).flatMap((of) => of ?? []))];
}

/** Returns the tasks of one profile, each after those that it reads. */
export function planTasks(
  declaration: Experiment,
  experiment: string,
  profile: string,
  given: { title: string; profile: unknown },
): Task[] {
  const tasks: Task[] = [];
  const planner: Planner<unknown> = {
    ...given,
    add(
      stage: AnyStage,
      params: unknown,
      inputs: Record<string, Ref<unknown> | readonly Ref<unknown>[] | undefined>,
      { as = [], cores = stage.cores ?? 'all' } = {},
    ) {
      const name = [stage.name, ...as].join('-');
      tasks.push({
        experiment,
        profile,
        name,
        stage: stage.name,
        params,
        inputs: Object.fromEntries(Object.keys(stage.inputs).map((input) => [input, namesOf(inputs[input])])),
        files: (stage.files?.(params as never) ?? []).filter((file) => file !== undefined),
        cores,
        computes: stage.computes ?? false,
      });
      return { name };
    },
    elsewhere: (other, stage) => ({ name: `${other.replace(':', '/')}/${stage.name}` }),
  };
  declaration.build(planner as Planner<never>);
  return tasks;
}

function namesOf(given: Ref<unknown> | readonly Ref<unknown>[] | undefined): string | string[] | null {
  if (given === undefined) return null;
  return 'name' in given ? given.name : given.map(({ name }) => name);
}
