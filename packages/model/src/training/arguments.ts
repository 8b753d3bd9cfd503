import { ArgumentError } from '@geneformer-ts/core';
import { type SchedulerType, schedulerTypes } from './schedule.js';

/** How to train, under Hugging Face's names. Every field has a default: see `pretrainingDefaults` and `finetuningDefaults`. */
export interface TrainingArguments {
  /** Peak learning rate. */
  learningRate: number;
  /** Passes over the cells; may be a fraction. */
  numTrainEpochs: number;
  /** Number of updates; when above 0 it decides instead of `numTrainEpochs`. */
  maxSteps: number;
  /** Cells a batch. A large batch is computed in pieces, with the same gradient. */
  perDeviceTrainBatchSize: number;
  /** When above 0: padded tokens a batch instead, so that short cells come in larger batches. */
  tokensPerBatch: number;
  /** Batches whose gradients are added before an update; the same update as of one batch that large. */
  gradientAccumulationSteps: number;
  lrSchedulerType: SchedulerType;
  /** Updates over which the learning rate rises; when above 0 it decides instead of `warmupRatio`. */
  warmupSteps: number;
  /** The same as a share of all updates. */
  warmupRatio: number;
  /** Decoupled (AdamW); not applied to biases and LayerNorm. */
  weightDecay: number;
  adamBeta1: number;
  adamBeta2: number;
  adamEpsilon: number;
  /** Gradients are scaled down to this global norm; 0 leaves them. */
  maxGradNorm: number;
  /** Decides order, masks and dropout. */
  seed: number;
  /** Cells are cut to this many tokens; 0: to the model's positions. */
  maxLength: number;
  /** Padded lengths in use at most; each is one compiled graph, and there are fewer where another would cost more than it saves. */
  maxBuckets: number;
  /** Updates between training checkpoints, when a folder for them is given. */
  saveSteps: number;
  /** When held-out cells are looked at besides the end: every `evalSteps` updates, or after every pass over the cells. */
  evalStrategy: 'steps' | 'epoch';
  /** Updates between evaluations by `steps`; 0: at the end only. */
  evalSteps: number;
  /** Evaluations in a row without a better `metricForBestModel` after which training stops; 0: never. */
  earlyStoppingPatience: number;
  /** Whether training ends with the weights of the best evaluation rather than the last ones. */
  loadBestModelAtEnd: boolean;
  /** What is best: the lowest loss or the highest accuracy; of equals, the first. */
  metricForBestModel: 'loss' | 'accuracy';
}

export interface PretrainingArguments extends TrainingArguments {
  /** Share of a cell's genes to predict. */
  mlmProbability: number;
  /** What the bias of a gene's logit starts from: 0 as published, or the log of its frequency in the cells, with which small models learn sooner. */
  initialBias: 'zeros' | 'frequencies';
}

export interface FinetuningArguments extends TrainingArguments {
  /** Encoder layers, from the bottom, that are not trained; `all`: the whole encoder with the embeddings, a linear probe. */
  freezeLayers: number | 'all';
  /** Whether embeddings are not trained either. As published they are trained even below frozen layers. */
  freezeEmbeddings: boolean;
  /** Weight of each class in the loss; `balanced`: inverse to its cells; null: all 1. */
  classWeights: readonly number[] | 'balanced' | null;
  /**
   * When embeddings and layers above are frozen, their output is computed once a cell and kept, if it fits this many megabytes.
   * Either way the frozen part runs without dropout.
   */
  frozenCacheMegabytes: number;
}

export interface TokenFinetuningArguments extends FinetuningArguments {
  /** Whether every occurrence of a labelled gene weighs the same in the loss, as published, or every gene. */
  tokenWeighting: 'occurrence' | 'gene';
}

const common: TrainingArguments = {
  learningRate: 5e-5,
  numTrainEpochs: 3,
  maxSteps: 0,
  perDeviceTrainBatchSize: 12,
  tokensPerBatch: 0,
  gradientAccumulationSteps: 1,
  lrSchedulerType: 'linear',
  warmupSteps: 0,
  warmupRatio: 0,
  weightDecay: 0.001,
  adamBeta1: 0.9,
  adamBeta2: 0.999,
  adamEpsilon: 1e-8,
  maxGradNorm: 1,
  seed: 42,
  maxLength: 0,
  maxBuckets: 8,
  saveSteps: 200,
  evalStrategy: 'steps',
  evalSteps: 0,
  earlyStoppingPatience: 0,
  loadBestModelAtEnd: false,
  metricForBestModel: 'loss',
};

/** As V1 was pretrained (learning rate 1e-3 linear, 3 epochs, batch 12), its 10,000 warm-up updates given as their share, 2 %. */
export const pretrainingDefaults: Readonly<PretrainingArguments> = {
  ...common,
  learningRate: 1e-3,
  warmupRatio: 0.02,
  mlmProbability: 0.15,
  initialBias: 'zeros',
};

/** As published for cells (learning rate 5e-5 linear, 10 epochs, batch 12), its 500 warm-up updates given as a share, 5 %. */
export const finetuningDefaults: Readonly<FinetuningArguments> = {
  ...common,
  numTrainEpochs: 10,
  warmupRatio: 0.05,
  freezeLayers: 0,
  freezeEmbeddings: false,
  classWeights: null,
  frozenCacheMegabytes: 1024,
};

/** As published for genes: the same as for cells, 1 epoch. */
export const tokenFinetuningDefaults: Readonly<TokenFinetuningArguments> = {
  ...finetuningDefaults,
  numTrainEpochs: 1,
  tokenWeighting: 'occurrence',
};

const positive = new Set(['learningRate', 'numTrainEpochs', 'adamEpsilon']);
const fromOne = new Set(['perDeviceTrainBatchSize', 'gradientAccumulationSteps', 'maxBuckets', 'saveSteps']);
const whole = new Set([
  ...fromOne,
  'maxSteps',
  'tokensPerBatch',
  'warmupSteps',
  'seed',
  'maxLength',
  'evalSteps',
  'earlyStoppingPatience',
]);
const shares = new Set(['warmupRatio', 'adamBeta1', 'adamBeta2', 'mlmProbability']);

const choices: readonly (readonly [string, readonly unknown[]])[] = [
  ['lrSchedulerType', schedulerTypes],
  ['evalStrategy', ['steps', 'epoch']],
  ['metricForBestModel', ['loss', 'accuracy']],
  ['loadBestModelAtEnd', [true, false]],
  ['freezeEmbeddings', [true, false]],
  ['initialBias', ['zeros', 'frequencies']],
  ['tokenWeighting', ['occurrence', 'gene']],
];

/**
 * The arguments with defaults filled in.
 *
 * @throws ArgumentError for a name that does not exist or a value that cannot be
 */
export function resolveArguments<T extends TrainingArguments>(given: Partial<T>, defaults: Readonly<T>): T {
  const known = defaults as unknown as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name)) {
      throw new ArgumentError(name, 'is not an argument', `use one of ${Object.keys(known).join(', ')}`);
    }
  }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const resolved = { ...defaults, ...set } as T;
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof known[name] !== 'number' || name === 'freezeLayers') continue;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw ArgumentError.of(name, value, 'a number of at least 0');
    }
    if (positive.has(name) && value === 0) throw ArgumentError.of(name, value, 'a number above 0');
    if (whole.has(name) && !Number.isInteger(value)) throw ArgumentError.of(name, value, 'a whole number');
    if (fromOne.has(name) && value < 1) throw ArgumentError.of(name, value, 'a whole number of at least 1');
    if (shares.has(name) && value >= 1) throw ArgumentError.of(name, value, 'a share below 1');
  }
  for (const [name, allowed] of choices) {
    const value = resolved[name as keyof T] as unknown;
    if (name in resolved && !allowed.includes(value)) {
      throw ArgumentError.of(name, value, `one of ${allowed.join(', ')}`);
    }
  }
  return resolved;
}
