import { type Batch, batchCount, type BatchPlan, planShapes, trainingBatches } from './batches.js';
import { weightsDigest } from './digests.js';
import { TrainingAbortedError, TrainingDivergedError } from './errors.js';
import type { ParameterSpec } from './layout.js';
import type { BertModel } from './model.js';
import { Optimizer } from './optimizer.js';
import type { Progress } from './progress.js';
import { mix, purposes, stream } from './random.js';
import { learningRateAt } from './schedule.js';
import type { TrainingArguments } from './training-arguments.js';
import { resumeRun, type RunIdentity, type RunState, saveRun } from './training-checkpoint.js';
import type { Evaluation, TrainingRecord } from './training-record.js';
import { type PreparedBatch, update } from './update.js';

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
  /** A look at held-out cells. */
  evaluate?: () => Promise<Omit<Evaluation, 'step' | 'epoch'>>;
  /** What of data and objective makes a run the same run. */
  identity: RunIdentity;
}

export interface TrainingOptions {
  /** Called after each update with the loss in `detail`. */
  onProgress?: Progress;
  /** When it fires, the state is saved (if there is a folder) and TrainingAbortedError thrown. */
  signal?: AbortSignal;
  /** Where the run saves its state and goes on from if it finds one. */
  checkpointDir?: string;
}

/** How many updates, of which shapes. */
interface RunLength {
  plan: BatchPlan;
  stepsPerEpoch: number;
  totalSteps: number;
  warmupSteps: number;
}

/** Trains in place. */
export async function train(
  model: BertModel,
  objective: Objective,
  args: TrainingArguments,
  options: TrainingOptions,
): Promise<TrainingRecord> {
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
    const state: RunState = resumed ?? { step: 0, losses: [], evaluations: [] };
    const resumedFrom = resumed ? resumed.step : null;
    const save = async () => (directory ? saveRun(directory, { model, optimizer, state, identity }) : null);
    await runSteps(objective, args, options, { run, optimizer, state, save });
    return record(state, objective.lengths, run, resumedFrom);
  } finally {
    optimizer.dispose();
  }
}

async function runSteps(
  objective: Objective,
  args: TrainingArguments,
  { onProgress, signal }: TrainingOptions,
  held: { run: RunLength; optimizer: Optimizer; state: RunState; save: () => Promise<string | null> },
): Promise<void> {
  const { run, optimizer, state, save } = held;
  let epoch = -1;
  let order: Batch[] = [];
  while (state.step < run.totalSteps) {
    if (signal?.aborted) throw new TrainingAbortedError(state.step, await save());
    const inEpoch = state.step % run.stepsPerEpoch;
    if (epoch !== (state.step - inEpoch) / run.stepsPerEpoch) {
      epoch = (state.step - inEpoch) / run.stepsPerEpoch;
      order = trainingBatches(objective.lengths, run.plan, stream(args.seed, purposes.order, epoch));
    }
    const per = args.gradientAccumulationSteps;
    const batches = order.slice(inEpoch * per, (inEpoch + 1) * per).map((batch) => objective.prepare(batch, epoch));
    const rate = learningRateAt(args.lrSchedulerType, state.step, { peak: args.learningRate, ...run });
    const loss = await update(optimizer, batches, rate, mix(args.seed, purposes.dropout, state.step));
    state.step += 1;
    if (!Number.isFinite(loss)) throw new TrainingDivergedError(state.step, loss);
    state.losses.push(loss);
    const last = state.step === run.totalSteps;
    if (objective.evaluate && (last || (args.evalSteps > 0 && state.step % args.evalSteps === 0))) {
      state.evaluations.push({
        step: state.step,
        epoch: state.step / run.stepsPerEpoch,
        ...(await objective.evaluate()),
      });
    }
    if (last || state.step % args.saveSteps === 0) await save();
    const detail = `loss ${loss.toFixed(3)}`;
    onProgress?.({ stage: objective.stage, done: state.step, total: run.totalSteps, unit: 'steps', detail });
  }
}

function runLength(lengths: Int32Array, args: TrainingArguments, positions: number): RunLength {
  const size = args.tokensPerBatch > 0 ? { tokens: args.tokensPerBatch } : { rows: args.perDeviceTrainBatchSize };
  const plan = planShapes(lengths, size, { maxBuckets: args.maxBuckets, maxLength: positions });
  const stepsPerEpoch = Math.ceil(batchCount(lengths, plan) / args.gradientAccumulationSteps);
  const totalSteps = args.maxSteps > 0 ? args.maxSteps : Math.ceil(stepsPerEpoch * args.numTrainEpochs);
  const warmupSteps = args.warmupSteps > 0 ? args.warmupSteps : Math.ceil(totalSteps * args.warmupRatio);
  return { plan, stepsPerEpoch, totalSteps, warmupSteps };
}

function record(state: RunState, lengths: Int32Array, run: RunLength, resumedFrom: number | null): TrainingRecord {
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const positions = trainingBatches(lengths, run.plan, stream(0)).reduce((sum, b) => sum + b.rows * b.length, 0);
  const tail = state.losses.slice(-Math.ceil(state.losses.length / 10));
  return {
    steps: state.step,
    epochs: state.step / run.stepsPerEpoch,
    cells: lengths.length,
    tokensPerEpoch: tokens,
    paddingShare: 1 - tokens / positions,
    losses: state.losses,
    finalLoss: tail.reduce((sum, loss) => sum + loss, 0) / tail.length,
    evaluations: state.evaluations,
    resumedFrom,
  };
}
