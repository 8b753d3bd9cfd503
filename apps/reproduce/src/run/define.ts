/**
 * Declares stages and experiments. A stage says what it needs and what it makes; an experiment says which stages run, with which
 * parameters, on which outputs. Keys of the cache, order, cores, published files and the types of what `run` receives follow from that.
 */
import type { Progress } from '@geneformer-ts/core';
import type { z } from 'zod';
import type { Environment } from '../results/metrics.js';

/** `half`: two tasks run side by side, on half of the cores each. `all`: the task has the machine to itself. */
export type Cores = 'half' | 'all';

/**
 * Map from output to its file or folder below the stage's scratch folder. An output named `published/<name>` is copied to `<name>` in the
 * results. A stage may leave out an optional output.
 */
export type Outputs = Readonly<Record<string, string | { readonly optional: string }>>;

/** An input of a stage: the output of one other stage, of at most one, or of any number. Only its type names the stages. */
export interface Input<S, Kind extends 'one' | 'optional' | 'many'> {
  readonly kind: Kind;
  /** Only for the compiler. */
  readonly of?: S;
}
export const from = <S>(): Input<S, 'one'> => ({ kind: 'one' });
export const optional = <S>(): Input<S, 'optional'> => ({ kind: 'optional' });
export const many = <S>(): Input<S, 'many'> => ({ kind: 'many' });
export type Inputs = Readonly<Record<string, Input<unknown, 'one' | 'optional' | 'many'>>>;

/** The output of a stage, as a later stage reads it. */
export interface Made<Output extends string, Facts> {
  /** Name of the task: `finetune-geneformer-0`. */
  readonly name: string;
  readonly facts: Facts;
  /** Seconds per kind of work. */
  readonly timing: Readonly<Record<string, number>>;
  has(output: Output): boolean;
  /** Returns the path of the only file of an output. */
  file(output: Output): string;
  /** Returns the folder of an output. */
  folder(output: Output): string;
}

/** What a stage makes, as the type of an input: `MadeBy<typeof split>`. */
export type MadeBy<S> = S extends { readonly outputs: infer O } ? Made<keyof O & string, FactsOf<S>> : never;
export type FactsOf<S> = S extends { run(context: never): Promise<infer Result> }
  ? Exclude<Result, void> extends StageResult<infer Facts>
    ? Facts
    : never
  : never;
type ParamsOf<S> = S extends { run(context: infer Context): unknown }
  ? Context extends { readonly params: infer Params }
    ? Params
    : never
  : never;
type RefsOf<S> = S extends { readonly inputs: infer I }
  ? { readonly [K in keyof I]: I[K] extends Input<infer A, infer Kind> ? Refs<A>[Kind] : never }
  : never;

/** A stage with any parameters, inputs and outputs. */
export interface AnyStage {
  readonly name: string;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly cores?: Cores;
  readonly computes?: boolean;
  files?(params: never): (string | undefined)[];
  run(context: never): Promise<StageResult<object> | void>;
}

type Given<I> =
  I extends Input<infer S, infer Kind>
    ? { one: MadeBy<S>; optional: MadeBy<S> | undefined; many: MadeBy<S>[] }[Kind]
    : never;

export interface StageContext<Params, I, O> {
  /** The task that runs: `cell`, `embedded`, `finetune-geneformer-0`. */
  readonly task: { readonly experiment: string; readonly profile: string; readonly name: string };
  readonly params: Params;
  readonly inputs: { readonly [K in keyof I]: Given<I[K]> };
  /** The full path of each output, which the stage writes. */
  readonly output: { readonly [K in keyof O]: string };
  /** A private folder. After a killed run, only entries whose names start with `resume` are kept for the next run. */
  readonly scratch: string;
  readonly cores: Cores;
  /** The machine and the code, for results that record them. */
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface StageResult<Facts> {
  /** Small values for later stages and for readers of the manifest. */
  facts?: Facts;
  /** Seconds per kind of work: kept in the manifest, but no later stage depends on them. */
  timing?: Record<string, number>;
}

/** Facts of a stage that has none. */
export type NoFacts = Record<never, never>;

export interface Stage<Params, I extends Inputs, O extends Outputs, Facts> {
  /** The name of its module below `stages`. */
  readonly name: string;
  readonly inputs: I;
  readonly outputs: O;
  /** Default `all`. */
  readonly cores?: Cores;
  /** Whether the last bits of the result depend on the compute backend. Default false. */
  readonly computes?: boolean;
  /** Returns the files below GENEFORMER_DATA that the stage reads. Published files are not listed: the catalog has their digests. */
  files?(params: Params): (string | undefined)[];
  run(context: StageContext<Params, I, O>): Promise<StageResult<Facts> | void>;
}

/**
 * Declares a stage.
 * @param stage `params` is the schema of its parameters, of which the experiment's schema is made
 */
export function defineStage<P extends z.ZodType, I extends Inputs, const O extends Outputs, Facts = NoFacts>(
  stage: Stage<z.output<P>, I, O, Facts> & { readonly params: P },
): Stage<z.output<P>, I, O, Facts> & { readonly params: P } {
  return stage;
}

/** A task of the plan, as the input of later ones. */
export interface Ref<S> {
  readonly name: string;
  /** Only for the compiler. */
  readonly of?: S;
}

interface Refs<S> {
  one: Ref<S>;
  optional: Ref<S> | undefined;
  many: readonly Ref<S>[];
}

/** What an experiment's declaration works with. */
export interface Planner<Profile> {
  readonly title: string;
  readonly profile: Profile;
  /**
   * Adds a task.
   * @param options `as`: words that distinguish the tasks of one stage, such as the model and the fold
   */
  add<S extends AnyStage>(
    stage: S,
    params: ParamsOf<S>,
    inputs: RefsOf<S>,
    options?: { as?: readonly (string | number)[]; cores?: Cores },
  ): Ref<S>;
  /** Names a task of another profile, `<experiment>:<profile>`. */
  elsewhere<S extends AnyStage>(profile: string, stage: S): Ref<S>;
}

export interface Experiment {
  /** The value of `kind` in the file; undefined where the file has none. */
  readonly kind: string | undefined;
  readonly profile: z.ZodType;
  build(planner: Planner<never>): void;
}

/**
 * Declares an experiment.
 * @param profile the schema of a profile
 * @param build adds the tasks of one profile, each after those it reads
 */
export function defineExperiment<P extends z.ZodType>(
  kind: string | undefined,
  profile: P,
  build: (planner: Planner<z.output<P>>) => void,
): Experiment {
  return { kind, profile, build };
}
