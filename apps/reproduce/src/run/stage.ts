import type { Progress } from '@geneformer-ts/core';
import { StageError } from '../errors.js';
import type { Environment } from '../results/metrics.js';
import type { Manifest } from './manifest.js';
import type { Damage, Store } from './store.js';

/** The name of a stage: its experiment, its profile and its words on the command line. */
export interface StageIdentity {
  experiment: string;
  profile: string;
  /** The stage's name and its arguments, such as `finetune`, the model and the fold. */
  words: readonly string[];
}

export interface StageContext<Params> {
  identity: StageIdentity;
  params: Params;
  inputs: StageInputs;
  /**
   * A private folder in which the stage writes its outputs. After a killed run, only entries whose names start with `resume` are kept for
   * the next run.
   */
  scratch: string;
  /** The machine and the code, for results that record them. */
  environment: Environment;
  progress: Progress;
  signal: AbortSignal;
}

export interface StageResult {
  /** Map from output name to a file or folder inside `scratch`. */
  outputs: Record<string, string>;
  /** Small values for later stages and for readers of the manifest. */
  facts?: Record<string, unknown>;
  /** Seconds per kind of work: kept in the manifest, but no later stage depends on them. */
  timing?: Record<string, number>;
  /** Map from a name in the results folder to a file or folder inside `scratch` that is copied there. */
  publish?: Record<string, string>;
}

export interface Stage<Params> {
  run(context: StageContext<Params>): Promise<StageResult>;
}

/** An output of an earlier stage that this stage reads. */
export interface AskedOutput {
  stage: string;
  output: string;
}

/** Stops a stage that reads a damaged output; the stage runs again after the output is recomputed. */
class DamagedInputSignal extends Error {}

/** Gives access to the outputs of earlier stages, by name (`finetune-geneformer-0`). */
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
    if (!manifest) throw new StageError(stage, 'not an input of this stage; name it after --after');
    return manifest;
  }

  /** Returns a fact from a stage's manifest; the caller knows its type. */
  fact<T>(stage: string, name: string): T {
    return this.manifest(stage).facts[name] as T;
  }

  /** Returns the folder of an output, all of whose files are intact. */
  folder(stage: string, output: string): string {
    const artifact = this.manifest(stage).outputs[output];
    if (!artifact)
      throw new Error(`stage "${stage}" has no output "${output}"; see the manifest of the stage for its outputs`);
    if (this.damagesOf({ stage, output }).length > 0) {
      this.refused = { stage, output };
      throw new DamagedInputSignal(`output "${output}" of stage "${stage}" is damaged`);
    }
    this.used.push({ stage, output });
    return this.store.path(artifact.digest);
  }

  /** Returns the path of the only file of an output. */
  file(stage: string, output: string): string {
    const [name] = Object.keys(this.manifest(stage).outputs[output]?.files ?? {});
    return `${this.folder(stage, output)}/${name}`;
  }
}
