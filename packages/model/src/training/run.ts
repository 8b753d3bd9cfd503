import { namedRandom } from '@geneformer-ts/core';
import type { Weights } from '../bert/parameters.js';
import { batchCount, type BatchPlan, planShapes, splitBatch, trainingBatches } from '../data/batches.js';
import type { TrainingArguments } from './arguments.js';

/** One evaluation of held-out cells during training. */
export interface Evaluation {
  /** Updates made so far. */
  step: number;
  epoch: number;
  /** Mean loss, nats. */
  loss: number;
  /** Share of cells classified correctly; absent in pretraining. */
  accuracy?: number;
}

/** Describes a finished training run. Holds no times: the same run gives the same record. */
export interface TrainingRecord {
  /** Updates made. */
  steps: number;
  /** Passes over the cells. */
  epochs: number;
  cells: number;
  /** Tokens read in one pass over the cells, after cutting, without padding. */
  tokensPerEpoch: number;
  /** Share of computed positions that were padding. */
  paddingShare: number;
  /** Mean loss of each update, nats, before it was made. */
  losses: number[];
  /** Mean of the last tenth of `losses`. */
  finalLoss: number;
  evaluations: Evaluation[];
  /** Update of the best evaluation, by `metricForBestModel`; null when there was none. */
  bestStep: number | null;
  /** Update this run resumed after, or null when it began at 0. */
  resumedFrom: number | null;
}

/** Index of the best evaluation, the first of equals; −1 when there is none. */
export function bestEvaluation(evaluations: readonly Evaluation[], metric: 'loss' | 'accuracy'): number {
  const score = ({ loss, accuracy }: Evaluation) => (metric === 'loss' ? -loss : (accuracy ?? -Infinity));
  const scores = evaluations.map(score);
  return scores.indexOf(scores.reduce((a, b) => Math.max(a, b), -Infinity));
}

/**
 * The state of a run after an update. Order, masks and dropout are functions of the seed and the step, so position and
 * weights are all there is to remember.
 */
export interface RunState {
  step: number;
  losses: number[];
  evaluations: Evaluation[];
  /** Trained weights at the best evaluation so far, when training is to end with them. */
  best: Weights | null;
}

/** Cost of one extra padded shape, in padded tokens: compiling and allocating it takes as long as training on this many. */
const TOKENS_FOR_A_SHAPE = 4096;

/** Number of updates of a run, and the shapes of its batches. */
export interface RunLength {
  plan: BatchPlan;
  stepsPerEpoch: number;
  totalSteps: number;
  warmupSteps: number;
}

/** Whether held-out cells are evaluated after this update: always after the last, else as `evalStrategy` says. */
export function isEvaluationDue(step: number, run: RunLength, { evalStrategy, evalSteps }: TrainingArguments): boolean {
  if (step === run.totalSteps) return true;
  if (evalStrategy === 'epoch') return step % run.stepsPerEpoch === 0;
  return evalSteps > 0 && step % evalSteps === 0;
}

/** Whether training ends here. Depends on the state alone, so that a resumed run stops at the same step. */
export function isOver({ step, evaluations }: RunState, run: RunLength, args: TrainingArguments): boolean {
  const { earlyStoppingPatience: patience, metricForBestModel } = args;
  if (step >= run.totalSteps) return true;
  if (patience === 0 || evaluations.length === 0) return false;
  return evaluations.length - 1 - bestEvaluation(evaluations, metricForBestModel) >= patience;
}

/** Plans the batches of a run and counts its updates. */
export function runLength(lengths: Int32Array, args: TrainingArguments, positions: number): RunLength {
  const size = args.tokensPerBatch > 0 ? { tokens: args.tokensPerBatch } : { rows: args.perDeviceTrainBatchSize };
  const limits = { maxBuckets: args.maxBuckets, maxLength: positions, perBucket: TOKENS_FOR_A_SHAPE };
  const plan = planShapes(lengths, size, limits);
  const stepsPerEpoch = Math.ceil(batchCount(lengths, plan) / args.gradientAccumulationSteps);
  const totalSteps = args.maxSteps > 0 ? args.maxSteps : Math.ceil(stepsPerEpoch * args.numTrainEpochs);
  const warmupSteps = args.warmupSteps > 0 ? args.warmupSteps : Math.ceil(totalSteps * args.warmupRatio);
  return { plan, stepsPerEpoch, totalSteps, warmupSteps };
}

/** Returns the record of a finished run. */
export function summarize(
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
