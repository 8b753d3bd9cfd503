import { ArgumentError, mixSeeds, namedRandom, type Progress } from '@geneformer-ts/core';
import { type Batch, batchCount, type BatchPlan, planShapes, trainingBatches } from './batches.js';
import { weightsDigest } from './digests.js';
import { TrainingAbortedError, TrainingDivergedError } from './errors.js';
import type { ParameterSpec } from './layout.js';
import type { BertModel } from './model.js';
import { Optimizer } from './optimizer.js';
import { purposes } from './random-purposes.js';
import { learningRateAt } from './schedule.js';
import { splitBatch } from './split-batch.js';
import type { TrainingArguments } from './training-arguments.js';
import { resumeRun, type RunIdentity, type RunState, saveRun } from './training-checkpoint.js';
import { bestEvaluation, type Evaluation, type TrainingRecord } from './training-record.js';
import { type PreparedBatch, update } from './update.js';

/** What a shape costs, in padded tokens of an epoch: its graph is compiled, and its memory asked of the system, while so many could be trained on. */
const TOKENS_FOR_A_SHAPE = 4096;

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
  /** Called after each update, and each save it came to, with the loss in `detail`. */
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
    return record(state, objective.lengths, run, resumedFrom, args.metricForBestModel);
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

function isEvaluationDue(step: number, run: RunLength, { evalStrategy, evalSteps }: TrainingArguments): boolean {
  if (step === run.totalSteps) return true;
  if (evalStrategy === 'epoch') return step % run.stepsPerEpoch === 0;
  return evalSteps > 0 && step % evalSteps === 0;
}

/** A function of the state alone, so that a run that is gone on with stops where it would have. */
function isOver({ step, evaluations }: RunState, run: RunLength, args: TrainingArguments): boolean {
  const { earlyStoppingPatience: patience, metricForBestModel } = args;
  if (step >= run.totalSteps) return true;
  if (patience === 0 || evaluations.length === 0) return false;
  return evaluations.length - 1 - bestEvaluation(evaluations, metricForBestModel) >= patience;
}

function checkEvaluation(args: TrainingArguments, { evaluate, stage }: Objective): void {
  for (const name of ['earlyStoppingPatience', 'loadBestModelAtEnd'] as const) {
    if (args[name] && !evaluate) throw new ArgumentError(name, 'needs held-out cells', 'give evalCells');
  }
  if (args.metricForBestModel === 'accuracy' && stage === 'pretrain') {
    throw ArgumentError.of('metricForBestModel', 'accuracy', '"loss", the only metric of pretraining');
  }
}

function runLength(lengths: Int32Array, args: TrainingArguments, positions: number): RunLength {
  const size = args.tokensPerBatch > 0 ? { tokens: args.tokensPerBatch } : { rows: args.perDeviceTrainBatchSize };
  const limits = { maxBuckets: args.maxBuckets, maxLength: positions, perBucket: TOKENS_FOR_A_SHAPE };
  const plan = planShapes(lengths, size, limits);
  const stepsPerEpoch = Math.ceil(batchCount(lengths, plan) / args.gradientAccumulationSteps);
  const totalSteps = args.maxSteps > 0 ? args.maxSteps : Math.ceil(stepsPerEpoch * args.numTrainEpochs);
  const warmupSteps = args.warmupSteps > 0 ? args.warmupSteps : Math.ceil(totalSteps * args.warmupRatio);
  return { plan, stepsPerEpoch, totalSteps, warmupSteps };
}

function record(
  state: RunState,
  lengths: Int32Array,
  run: RunLength,
  resumedFrom: number | null,
  metric: TrainingArguments['metricForBestModel'],
): TrainingRecord {
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const pieces = trainingBatches(lengths, run.plan, namedRandom(0)).flatMap((batch) => splitBatch(batch));
  const positions = pieces.reduce((sum, { rows, length }) => sum + rows * length, 0);
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
    bestStep: state.evaluations[bestEvaluation(state.evaluations, metric)]?.step ?? null,
    resumedFrom,
  };
}
