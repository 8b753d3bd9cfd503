import { ArgumentError, mixSeeds, type OptionNames, type Progress } from '@geneformer-ts/core';
import type { ParameterSpec } from '../bert/layout.js';
import { purposes } from '../bert/parameters.js';
import type { Batch } from '../data/batches.js';
import { TrainingAbortedError, TrainingDivergedError } from '../errors.js';
import { type BertModel, weightsDigest } from '../models/model.js';
import type { TrainingArguments } from './arguments.js';
import { Optimizer, type PreparedBatch, update } from './optimizer.js';
import {
  bestEvaluation,
  type EpochBatches,
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
 * The part of training that differs between pretraining and fine-tuning: the batches, and how a batch becomes a loss. The training loop
 * has the rest: schedule, updates and checkpoints.
 */
export interface Objective {
  stage: 'pretrain' | 'contrast' | 'finetune';
  /** Parameters to update. */
  trainable: readonly ParameterSpec[];
  /** Returns the factor of the learning rate of a parameter; default 1 for all. */
  rateOf?: (name: string) => number;
  batches: EpochBatches;
  /** Prepares a piece of a batch for computation. */
  prepare(batch: Batch, epoch: number): PreparedBatch;
  /** Evaluates the held-out cells. */
  evaluate?: () => Promise<Omit<Evaluation, 'step' | 'epoch'>>;
  /** Name of the option with the held-out cells, for errors. */
  heldOption: string;
  /** The measurements of `evaluate` that can choose the best weights. */
  metrics: readonly TrainingArguments['metricForBestModel'][];
  /** The data and settings that must be the same to resume a run. */
  identity: RunIdentity;
}

/** Options of all training functions. */
export interface TrainingOptions {
  /** Called after each update, and after the save if there is one, with the loss in `detail`. */
  onProgress?: Progress;
  /** Stops training: the state is saved if `checkpointDir` is set, and TrainingAbortedError is thrown. */
  signal?: AbortSignal;
  /** Folder of training checkpoints. A run saves its state there, and resumes from the state that it finds there. */
  checkpointDir?: string;
}

export const trainingOptionNames: OptionNames<TrainingOptions> = {
  onProgress: true,
  signal: true,
  checkpointDir: true,
};

/** Trains a model in place and returns the record of the run. */
export async function train(
  model: BertModel,
  objective: Objective,
  args: TrainingArguments,
  options: TrainingOptions,
): Promise<TrainingRecord> {
  checkEvaluation(args, objective);
  const { checkpointDir: directory } = options;
  const run = runLength(objective.batches.perEpoch, args);
  const optimizer = new Optimizer(model.parameters, objective.trainable, args, objective.rateOf);
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
      // A state that is already on disk is not replaced: a kill during the replacement would leave none.
      if (directory && saved?.step !== state.step) {
        const last = saved?.folder ?? null;
        saved = { step: state.step, folder: await saveRun(directory, { model, optimizer, state, identity }, last) };
      }
      return saved?.folder ?? null;
    };
    await runSteps(model, objective, args, options, { run, optimizer, state, save });
    if (state.best) model.parameters.write(state.best);
    return summarize(state, objective.batches, run, resumedFrom, args.metricForBestModel);
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
  let order: Batch[][] = [];
  if (args.evalOnStart && objective.evaluate && state.evaluations.length === 0 && state.step === 0) {
    await evaluateModel(model, objective, args, { run, state });
  }
  while (!isOver(state, run, args)) {
    if (signal?.aborted) throw new TrainingAbortedError(state.step, await save());
    const inEpoch = state.step % run.stepsPerEpoch;
    if (epoch !== (state.step - inEpoch) / run.stepsPerEpoch) {
      epoch = (state.step - inEpoch) / run.stepsPerEpoch;
      order = objective.batches.ofEpoch(epoch);
    }
    const per = args.gradientAccumulationSteps;
    const pieces = order.slice(inEpoch * per, (inEpoch + 1) * per).flat();
    const batches = pieces.map((batch) => objective.prepare(batch, epoch));
    const rate = learningRateAt(args.lrSchedulerType, state.step, { peak: args.learningRate, ...run });
    const loss = await update(optimizer, batches, rate, mixSeeds(args.seed, purposes.dropout, state.step));
    state.step += 1;
    if (!Number.isFinite(loss)) throw new TrainingDivergedError(state.step, loss);
    state.losses.push(loss);
    if (objective.evaluate && isEvaluationDue(state.step, run, args)) {
      await evaluateModel(model, objective, args, { run, state });
    }
    if (isOver(state, run, args) || state.step % args.saveSteps === 0) await save();
    const detail = `loss ${loss.toFixed(3)}`;
    onProgress?.({ stage: objective.stage, done: state.step, total: run.totalSteps, unit: 'steps', detail });
  }
}

/** Evaluates the held-out cells, and keeps the weights if they are the best so far. */
async function evaluateModel(
  model: BertModel,
  { evaluate, trainable }: Objective,
  { metricForBestModel, loadBestModelAtEnd }: TrainingArguments,
  { run, state }: { run: RunLength; state: RunState },
): Promise<void> {
  const measured = await evaluate!();
  state.evaluations.push({ step: state.step, epoch: state.step / run.stepsPerEpoch, ...measured });
  if (loadBestModelAtEnd && bestEvaluation(state.evaluations, metricForBestModel) === state.evaluations.length - 1) {
    state.best = await model.parameters.read(trainable);
  }
}

function checkEvaluation(args: TrainingArguments, { evaluate, heldOption, metrics }: Objective): void {
  for (const name of ['earlyStoppingPatience', 'loadBestModelAtEnd', 'evalOnStart'] as const) {
    if (args[name] && !evaluate) throw new ArgumentError(name, 'needs held-out cells', `give ${heldOption}`);
  }
  const { metricForBestModel: metric } = args;
  if (!metrics.includes(metric)) {
    throw ArgumentError.of('metricForBestModel', metric, `${metrics.join(' or ')}, which this training measures`);
  }
}
