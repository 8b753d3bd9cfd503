import { namedRandom } from '@geneformer-ts/core';
import { purposes, type Weights } from '../bert/parameters.js';
import { type Batch, batchCount, planShapes, splitBatch, trainingBatches } from '../data/batches.js';
import type { TrainingArguments } from './arguments.js';

/** One evaluation of held-out cells during training. */
export interface Evaluation {
  /** Number of updates so far. */
  step: number;
  epoch: number;
  /** Mean loss, nats. */
  loss: number;
  /** Share of cells classified correctly; absent in pretraining. */
  accuracy?: number;
}

/** The record of a finished training run. It contains no times: the same run has the same record. */
export interface TrainingRecord {
  /** Number of updates. */
  steps: number;
  /** Number of passes over the cells. */
  epochs: number;
  cells: number;
  /** Number of tokens per epoch, after truncation, without padding. */
  tokensPerEpoch: number;
  /** Share of padding in the computed positions. */
  paddingShare: number;
  /** Mean loss of the batch before each update, in nats. */
  losses: number[];
  /** Mean of the last tenth of `losses`. */
  finalLoss: number;
  evaluations: Evaluation[];
  /** Update of the best evaluation by `metricForBestModel`; null without evaluations. */
  bestStep: number | null;
  /** Update after which this run was resumed; null if it started at 0. */
  resumedFrom: number | null;
}

/** Returns the index of the best evaluation, the first among equals; −1 without evaluations. */
export function bestEvaluation(evaluations: readonly Evaluation[], metric: 'loss' | 'accuracy'): number {
  const score = ({ loss, accuracy }: Evaluation) => (metric === 'loss' ? -loss : (accuracy ?? -Infinity));
  const scores = evaluations.map(score);
  return scores.indexOf(scores.reduce((a, b) => Math.max(a, b), -Infinity));
}

/**
 * The state of a run after an update. The order of cells, masks and dropout depend only on the seed and the step, so that the state
 * needs only the step, the weights and the measurements.
 */
export interface RunState {
  step: number;
  losses: number[];
  evaluations: Evaluation[];
  /** Trained weights at the best evaluation so far, with `loadBestModelAtEnd`; else null. */
  best: Weights | null;
}

/** Cost of one extra padded shape, in padded tokens: compiling and allocating it takes as long as training on this many. */
const TOKENS_PER_SHAPE = 4096;

/** The batches of a run. */
export interface EpochBatches {
  /** Number of batches per epoch, which is the same in every epoch. */
  perEpoch: number;
  /** Returns the batches of an epoch in order, each in pieces whose gradients add up to that of the batch. */
  ofEpoch(epoch: number): Batch[][];
  /** Size of an epoch, for the record. */
  size: Pick<TrainingRecord, 'cells' | 'tokensPerEpoch' | 'paddingShare'>;
}

/** Number of updates of a run. */
export interface RunLength {
  stepsPerEpoch: number;
  totalSteps: number;
  warmupSteps: number;
}

/** Returns whether to evaluate held-out cells after this update: always after the last, otherwise according to `evalStrategy`. */
export function isEvaluationDue(step: number, run: RunLength, { evalStrategy, evalSteps }: TrainingArguments): boolean {
  if (step === run.totalSteps) return true;
  if (evalStrategy === 'epoch') return step % run.stepsPerEpoch === 0;
  return evalSteps > 0 && step % evalSteps === 0;
}

/** Returns whether training ends here. Depends only on the state, so that a resumed run stops at the same step. */
export function isOver({ step, evaluations }: RunState, run: RunLength, args: TrainingArguments): boolean {
  const { earlyStoppingPatience: patience, metricForBestModel } = args;
  if (step >= run.totalSteps) return true;
  if (patience === 0 || evaluations.length === 0) return false;
  return evaluations.length - 1 - bestEvaluation(evaluations, metricForBestModel) >= patience;
}

/**
 * Plans batches of cells of similar length, in which every cell occurs once per epoch.
 *
 * @param lengths number of tokens per cell
 * @param positions number of positions of the model
 */
export function batchesByLength(lengths: Int32Array, args: TrainingArguments, positions: number): EpochBatches {
  const size = args.tokensPerBatch > 0 ? { tokens: args.tokensPerBatch } : { rows: args.perDeviceTrainBatchSize };
  const limits = { maxBuckets: args.maxBuckets, maxLength: positions, perBucket: TOKENS_PER_SHAPE };
  const plan = planShapes(lengths, size, limits);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const pieces = trainingBatches(lengths, plan, namedRandom(0)).flatMap((batch) => splitBatch(batch));
  const padded = pieces.reduce((sum, { rows, length }) => sum + rows * length, 0);
  return {
    perEpoch: batchCount(lengths, plan),
    ofEpoch: (epoch) =>
      trainingBatches(lengths, plan, namedRandom(args.seed, purposes.order, epoch)).map((batch) => splitBatch(batch)),
    size: { cells: lengths.length, tokensPerEpoch: tokens, paddingShare: 1 - tokens / padded },
  };
}

/** Counts the updates of a run. */
export function runLength(batchesPerEpoch: number, args: TrainingArguments): RunLength {
  const stepsPerEpoch = Math.ceil(batchesPerEpoch / args.gradientAccumulationSteps);
  const totalSteps = args.maxSteps > 0 ? args.maxSteps : Math.ceil(stepsPerEpoch * args.numTrainEpochs);
  const warmupSteps = args.warmupSteps > 0 ? args.warmupSteps : Math.ceil(totalSteps * args.warmupRatio);
  return { stepsPerEpoch, totalSteps, warmupSteps };
}

/** Returns the record of a finished run. */
export function summarize(
  state: RunState,
  { size }: EpochBatches,
  run: RunLength,
  resumedFrom: number | null,
  metric: TrainingArguments['metricForBestModel'],
): TrainingRecord {
  const tail = state.losses.slice(-Math.ceil(state.losses.length / 10));
  return {
    steps: state.step,
    epochs: state.step / run.stepsPerEpoch,
    ...size,
    losses: state.losses,
    finalLoss: tail.reduce((sum, loss) => sum + loss, 0) / tail.length,
    evaluations: state.evaluations,
    bestStep: state.evaluations[bestEvaluation(state.evaluations, metric)]?.step ?? null,
    resumedFrom,
  };
}
