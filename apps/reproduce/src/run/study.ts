/** Builds the request for every stage of the study: its parameters, the files and stages that it reads, and the fingerprint of its code. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { listSome } from '@geneformer-ts/core';
import { type AnyExperiment, anyParamsOf, loadExperiment } from '../config/load.js';
import { filesRead } from '../config/files-read.js';
import { StageError } from '../errors.js';
import { computeName } from './compute.js';
import { printNotice } from './terminal.js';
import { identify, runStage, type StageRequest } from './run-stage.js';
import { damagedCopies, readPublishedManifest } from './publish.js';
import type { Stage } from './stage.js';
import { Store } from './store.js';

/** A stage and the stages that it reads, by the names of their folders below the results. */
interface Step {
  words: readonly string[];
  after: readonly string[];
}

/** The stages whose results depend on the backend in their last bits. */
const computing = new Set(['pretrain', 'finetune', 'embed', 'gene-finetune', 'learn', 'score']);

export class Study {
  private readonly experiments = new Map<string, Promise<AnyExperiment>>();

  /** @param root the folder of this app */
  constructor(private readonly root: string) {}

  results(experiment: string, profile: string): string {
    return path.join(this.root, 'results', experiment, profile);
  }

  settings(experiment: string): Promise<AnyExperiment> {
    const loading = this.experiments.get(experiment) ?? loadExperiment(path.join(this.root, 'experiments'), experiment);
    this.experiments.set(experiment, loading);
    return loading;
  }

  /** Returns the request for `runStage`, for a stage and for every stage before it. */
  async request(experiment: string, profile: string, { words, after }: Step): Promise<StageRequest> {
    const [name = ''] = words;
    await this.checkStage(name);
    const { default: stage } = (await import(`../stages/${name}.js`)) as { default: Stage<unknown> };
    const params = anyParamsOf(words, await this.settings(experiment), profile, `experiments/${experiment}.yaml`);
    return {
      identity: { experiment, profile, words },
      stage,
      params,
      inputs: after,
      upstream: (input) => this.upstream(experiment, profile, input),
      files: filesRead(name, params),
      code: (await readFile(path.join(this.root, 'dist', 'fingerprints', `${name}.txt`), 'utf8')).trim(),
      backend: computing.has(name) ? computeName() : 'none',
      resultsDirectory: this.results(experiment, profile),
    };
  }

  /**
   * Ensures that the results of a profile belong to its settings: rewrites files that were damaged in a cache or edited by the user.
   */
  async restoreResults(experiment: string, profile: string, signal: AbortSignal): Promise<void> {
    for (const step of await this.steps(experiment, profile)) {
      const request = await this.request(experiment, profile, step);
      const name = step.words.join('-');
      const manifest = await readPublishedManifest(request.resultsDirectory, name);
      const { key } = await identify(request, new Store());
      const isRight = typeof manifest === 'object' && manifest.key === key;
      const wrong = isRight ? await damagedCopies(request.resultsDirectory, manifest) : ['manifest.json'];
      if (wrong.length === 0) continue;
      await runStage({ ...request, signal });
      printNotice(`${name}: ${wrong.join(', ')} in the results differed from the output of the stage; rewritten`);
    }
  }

  /** @param input `tokenize` for a stage of the same profile, `pretrain/profiles/pretrain` for one of another */
  private async upstream(experiment: string, profile: string, input: string): Promise<StageRequest> {
    const parts = input.split('/');
    const [fromExperiment, fromProfile] = parts.length > 1 ? parts : [experiment, profile];
    const steps = await this.steps(fromExperiment, fromProfile);
    const step = steps.find(({ words }) => words.join('-') === parts.at(-1));
    if (!step) {
      const known = listSome(steps.map(({ words }) => words.join('-')));
      throw new StageError(input, `not in ${fromExperiment}:${fromProfile}; name one of: ${known}`);
    }
    return this.request(fromExperiment, fromProfile, step);
  }

  /** @throws StageError for an unknown stage. The known ones are those with a fingerprint of their code. */
  private async checkStage(name: string): Promise<void> {
    const files = await readdir(path.join(this.root, 'dist', 'fingerprints'));
    const known = files.flatMap((file) => (file.endsWith('.txt') ? [path.basename(file, '.txt')] : [])).sort();
    if (!known.includes(name)) throw new StageError(name, `no such stage; choose one of: ${listSome(known, 30)}`);
  }

  /** Returns the steps that Nx itself uses, so that a stage is recomputed exactly as Nx would run it. */
  private async steps(experiment: string, profile: string): Promise<Step[]> {
    const plan = new URL('../../../../tools/nx/experiments.mjs', import.meta.url).href;
    const { stageSteps } = (await import(plan)) as {
      stageSteps: (root: string, experiment: string, profile: string) => Step[];
    };
    return stageSteps(this.root, experiment, profile);
  }
}
