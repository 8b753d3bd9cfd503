import type { Store } from './store.js';
import type { Progress } from './progress.js';
import type { Manifest } from './manifest.js';

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
  /** A folder of the stage's own, kept when the run is killed; outputs are made here. */
  scratch: string;
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

/** The stages that ran before, by name (`finetune-geneformer-0`). */
export class StageInputs {
  constructor(
    private readonly manifests: ReadonlyMap<string, Manifest>,
    private readonly store: Store,
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

  /** The folder that holds an output. */
  folder(stage: string, output: string): string {
    const artefact = this.manifest(stage).outputs[output];
    if (!artefact) throw new Error(`stage "${stage}" has no output "${output}"`);
    return this.store.path(artefact.digest);
  }

  /** The only file of an output. */
  file(stage: string, output: string): string {
    const [name] = Object.keys(this.manifest(stage).outputs[output]?.files ?? {});
    return `${this.folder(stage, output)}/${name}`;
  }
}
