import { ArgumentError, mixSeeds, namedRandom, type Progress } from '@geneformer-ts/core';
import type { ParameterSpec } from '../bert/layout.js';
import { purposes } from '../bert/parameters.js';
import { type Batch, splitBatch, trainingBatches } from '../data/batches.js';
import { TrainingAbortedError, TrainingDivergedError } from '../errors.js';
import { type BertModel, weightsDigest } from '../models/model.js';
import type { TrainingArguments } from './arguments.js';
import { Optimizer, type PreparedBatch, update } from './optimizer.js';
import {
  bestEvaluation,
  type Evaluation,
  isEvaluationDue,
  isOver,
  runLength,
  type RunLength,
  type RunState,
  summarize,
  type TrainingRecord,
} from './run.js';
import { learningRateAt } from './schedule.js';
import { resumeRun, type RunIdentity, saveRun } from './training-checkpoint.js';

/**
 * The loop every objective shares: order, schedule, updates, checkpoints. It knows no masks and no labels; an objective turns a
 * batch into a loss.
 */
export interface Objective {
  stage: 'pretrain' | 'finetune';
  /** Parameters to update. */
  trainable: readonly ParameterSpec[];
  /** Tokens of each cell. */
  lengths: Int32Array;
  /** Makes a batch ready: everything but the computation. */
  prepare(batch: Batch, epoch: number): PreparedBatch;
  /** Evaluates the held-out cells. */
  evaluate?: () => Promise<Omit<Evaluation, 'step' | 'epoch'>>;
  /** What of data and objective makes a run the same run. */
  identity: RunIdentity;
}

export interface TrainingOptions {
  /** Called after each update, and each save it came to, with the loss in `detail`. */
  onProgress?: Progress;
  /** When it fires, the state is saved (if there is a folder) and TrainingAbortedError thrown. */
  signal?: AbortSignal;
  /** Where the run saves its state and goes on from if it finds one. */
  checkpointDir?: string;
}

/** Trains in place. */
export async function train(
  model: BertModel,
  objective: Objective,
  args: TrainingArguments,
  options: TrainingOptions,
): Promise<TrainingRecord> {
  checkEvaluation(args, objective);
  const { checkpointDir: directory } = options;
  const run = runLength(objective.lengths, args, model.config.max_position_embeddings);
  const optimizer = new Optimizer(model.parameters, objective.trainable, args);
  try {
    const identity: RunIdentity = {
      arguments: JSON.stringify(args),
      ...objective.identity,
      ...(directory && { weights: weightsDigest(await model.parameters.read()) }),
    };
    const resumed = directory ? await resumeRun(directory, { model, optimizer, identity }) : null;
    const state: RunState = resumed ?? { step: 0, losses: [], evaluations: [], best: null };
    const resumedFrom = resumed ? resumed.step : null;
    let saved = resumed ? { step: resumed.step, folder: resumed.folder } : null;
    const save = async () => {
      // A state that is on disk already is not replaced: a kill in between would leave none.
      if (directory && saved?.step !== state.step) {
        const last = saved?.folder ?? null;
        saved = { step: state.step, folder: await saveRun(directory, { model, optimizer, state, identity }, last) };
      }
      return saved?.folder ?? null;
    };
    await runSteps(model, objective, args, options, { run, optimizer, state, save });
    if (state.best) model.parameters.write(state.best);
    return summarize(state, objective.lengths, run, resumedFrom, args.metricForBestModel);
  } finally {
    optimizer.dispose();
  }
}

async function runSteps(
  model: BertModel,
  objective: Objective,
  args: TrainingArguments,
  { onProgress, signal }: TrainingOptions,
  held: { run: RunLength; optimizer: Optimizer; state: RunState; save: () => Promise<string | null> },
): Promise<void> {
  const { run, optimizer, state, save } = held;
  let epoch = -1;
  let order: Batch[] = [];
  while (!isOver(state, run, args)) {
    if (signal?.aborted) throw new TrainingAbortedError(state.step, await save());
    const inEpoch = state.step % run.stepsPerEpoch;
    if (epoch !== (state.step - inEpoch) / run.stepsPerEpoch) {
      epoch = (state.step - inEpoch) / run.stepsPerEpoch;
      order = trainingBatches(objective.lengths, run.plan, namedRandom(args.seed, purposes.order, epoch));
    }
    const per = args.gradientAccumulationSteps;
    const pieces = order.slice(inEpoch * per, (inEpoch + 1) * per).flatMap((batch) => splitBatch(batch));
    const batches = pieces.map((batch) => objective.prepare(batch, epoch));
    const rate = learningRateAt(args.lrSchedulerType, state.step, { peak: args.learningRate, ...run });
    const loss = await update(optimizer, batches, rate, mixSeeds(args.seed, purposes.dropout, state.step));
    state.step += 1;
    if (!Number.isFinite(loss)) throw new TrainingDivergedError(state.step, loss);
    state.losses.push(loss);
    if (objective.evaluate && isEvaluationDue(state.step, run, args)) {
      const measured = await objective.evaluate();
      state.evaluations.push({ step: state.step, epoch: state.step / run.stepsPerEpoch, ...measured });
      const { metricForBestModel: metric, loadBestModelAtEnd } = args;
      if (loadBestModelAtEnd && bestEvaluation(state.evaluations, metric) === state.evaluations.length - 1) {
        state.best = await model.parameters.read(objective.trainable);
      }
    }
    if (isOver(state, run, args) || state.step % args.saveSteps === 0) await save();
    const detail = `loss ${loss.toFixed(3)}`;
    onProgress?.({ stage: objective.stage, done: state.step, total: run.totalSteps, unit: 'steps', detail });
  }
}

function checkEvaluation(args: TrainingArguments, { evaluate, stage }: Objective): void {
  for (const name of ['earlyStoppingPatience', 'loadBestModelAtEnd'] as const) {
    if (args[name] && !evaluate) throw new ArgumentError(name, 'needs held-out cells', 'give evalCells');
  }
  if (args.metricForBestModel === 'accuracy' && stage === 'pretrain') {
    throw ArgumentError.of('metricForBestModel', 'accuracy', '"loss", the only metric of pretraining');
  }
}
