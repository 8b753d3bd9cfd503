import type { Progress } from '@geneformer-ts/core';
import type { Environment } from '../results/metrics.js';
import type { Manifest } from './manifest.js';
import type { Damage, Store } from './store.js';

/** Where a stage stands in the study, and what the person asked for. */
export interface StageIdentity {
  experiment: string;
  profile: string;
  /** `finetune`, and the words after it: model and fold. */
  words: readonly string[];
}

export interface StageContext<Params> {
  identity: StageIdentity;
  params: Params;
  inputs: StageInputs;
  /**
   * A folder of the stage's own, where outputs are made. Of what a killed run left in it, only entries whose names start with `resume` are
   * still there in the next run.
   */
  scratch: string;
  /** The machine and the code, for results that name them. */
  environment: Environment;
  progress: Progress;
  signal: AbortSignal;
}

export interface StageResult {
  /** Name → file or folder inside `scratch`. */
  outputs: Record<string, string>;
  /** Small values for the stages after this one and for the reader of the manifest. */
  facts?: Record<string, unknown>;
  /** Seconds of work, by what was done: kept in the manifest, but no later stage depends on them. */
  timing?: Record<string, number>;
  /** Name in the results folder → file or folder inside `scratch`, copied there for the reader. */
  publish?: Record<string, string>;
}

export interface Stage<Params> {
  run(context: StageContext<Params>): Promise<StageResult>;
}

/** An output of an earlier stage that this one asked for. */
export interface AskedOutput {
  stage: string;
  output: string;
}

/** Stops a stage that asked for a damaged output; the stage runs again once the output is made again. */
class DamagedInputSignal extends Error {}

/** The stages that ran before, by name (`finetune-geneformer-0`). */
export class StageInputs {
  /** The damaged output that stopped the stage. */
  refused: AskedOutput | undefined;
  readonly used: AskedOutput[] = [];

  constructor(
    private readonly manifests: ReadonlyMap<string, Manifest>,
    private readonly store: Store,
    private readonly damagesOf: (asked: AskedOutput) => readonly Damage[] = () => [],
  ) {}

  names(): string[] {
    return [...this.manifests.keys()];
  }

  manifest(stage: string): Manifest {
    const manifest = this.manifests.get(stage);
    if (!manifest) throw new Error(`stage "${stage}" is not an input of this one; see tools/nx/experiments.mjs`);
    return manifest;
  }

  /** The value a stage left in its manifest, as the caller knows it to be. */
  fact<T>(stage: string, name: string): T {
    return this.manifest(stage).facts[name] as T;
  }

  /** The folder that holds an output, every file of which is as the stage left it. */
  folder(stage: string, output: string): string {
    const artefact = this.manifest(stage).outputs[output];
    if (!artefact) throw new Error(`stage "${stage}" has no output "${output}"`);
    if (this.damagesOf({ stage, output }).length > 0) {
      this.refused = { stage, output };
      throw new DamagedInputSignal(`output "${output}" of stage "${stage}" is damaged`);
    }
    this.used.push({ stage, output });
    return this.store.path(artefact.digest);
  }

  /** The only file of an output. */
  file(stage: string, output: string): string {
    const [name] = Object.keys(this.manifest(stage).outputs[output]?.files ?? {});
    return `${this.folder(stage, output)}/${name}`;
  }
}
