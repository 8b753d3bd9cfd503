import { ArgumentError, checkOptions } from '@geneformer-ts/core';
import { type SchedulerType, schedulerTypes } from './schedule.js';

/** Arguments of training, with the names of Hugging Face. Defaults are in `pretrainingDefaults` and `finetuningDefaults`. */
export interface TrainingArguments {
  /** Peak learning rate. */
  learningRate: number;
  /** Number of passes over the cells; can be a fraction. */
  numTrainEpochs: number;
  /** Number of updates; if above 0 it overrides `numTrainEpochs`. */
  maxSteps: number;
  /** Cells per batch. A large batch is computed in pieces, with the same gradient. */
  perDeviceTrainBatchSize: number;
  /** Padded tokens per batch; if above 0 it overrides `perDeviceTrainBatchSize`, so that batches of short cells are larger. */
  tokensPerBatch: number;
  /** Number of batches whose gradients are added before an update, which equals that of one large batch. */
  gradientAccumulationSteps: number;
  /** Shape of the learning rate over the run. */
  lrSchedulerType: SchedulerType;
  /** Number of warm-up updates; if above 0 it overrides `warmupRatio`. */
  warmupSteps: number;
  /** Share of warm-up updates in all updates. */
  warmupRatio: number;
  /** Decoupled weight decay (AdamW), except on biases and LayerNorm. */
  weightDecay: number;
  adamBeta1: number;
  adamBeta2: number;
  adamEpsilon: number;
  /** Maximum global norm of the gradients, which are scaled down to it; 0 for no limit. */
  maxGradNorm: number;
  /** Determines the order of cells, masks and dropout. */
  seed: number;
  /** Maximum tokens per cell, to which cells are truncated; 0: the number of positions of the model. */
  maxLength: number;
  /** Maximum number of padded lengths. Each needs its own compiled graph; a length that costs more than it saves is not used. */
  maxBuckets: number;
  /** Updates between training checkpoints, with the option `checkpointDir`. */
  saveSteps: number;
  /** When to evaluate held-out cells: every `evalSteps` updates, or after every epoch; in both cases also at the end. */
  evalStrategy: 'steps' | 'epoch';
  /** Whether to evaluate held-out cells before the first update too, so that the untrained model can be the best one. */
  evalOnStart: boolean;
  /** Updates between evaluations with the strategy `steps`; 0: only at the end. */
  evalSteps: number;
  /** Number of consecutive evaluations without improvement after which training stops; 0: never. */
  earlyStoppingPatience: number;
  /** Whether the model has the weights of the best evaluation after training, not the last ones. */
  loadBestModelAtEnd: boolean;
  /** Criterion of the best evaluation: the lowest loss or the highest accuracy; the first among equals. */
  metricForBestModel: 'loss' | 'accuracy';
}

/** Arguments of `pretrain`. */
export interface PretrainingArguments extends TrainingArguments {
  /** Share of the genes of a cell to predict. */
  mlmProbability: number;
  /** Initial bias of the logits: 0 as published, or the log frequency of each gene in the cells, which speeds up small models. */
  initialBias: 'zeros' | 'frequencies';
}

/** Arguments of `pretrainContrastive`. `perDeviceTrainBatchSize` is a number of pairs; `tokensPerBatch` and `maxBuckets` are not used. */
export interface ContrastiveArguments extends TrainingArguments {
  /** Temperature of the similarities, at least 0.001: smaller values weigh the most similar other cells more. */
  temperature: number;
  /** Smallest probability of a token to stay in a view of a cell; the probability of each view is drawn from this number to 1. */
  keepAtLeast: number;
  /**
   * Which tokens of a cell with more than `maxLength` a view can have: `top`, the highest ranks, as published for long cells; `random`, any,
   * so that vectors of all genes are trained.
   */
  viewTokens: 'top' | 'random';
  /**
   * Whether the position embeddings stay as they are. Positions in a view are not those in the whole cell, and those beyond `maxLength` would
   * not be trained.
   */
  freezePositions: boolean;
  /** Weight of the contrastive loss. */
  contrastiveWeight: number;
  /** Weight of the distance to `targets`; only with them. */
  distillationWeight: number;
}

/** Arguments of `finetune` and `finetuneRegression`. */
export interface FinetuningArguments extends TrainingArguments {
  /** Number of encoder layers, from the bottom, to freeze; `all`: the whole encoder and the embeddings (a linear probe). */
  freezeLayers: number | 'all';
  /** Whether to freeze the embeddings. As published, they are trained even below frozen layers. */
  freezeEmbeddings: boolean;
  /** Weight of each class in the loss; `balanced`: inversely proportional to its number of cells; null: all 1. */
  classWeights: readonly number[] | 'balanced' | null;
  /**
   * Maximum megabytes for the output of frozen embeddings and layers, which is then computed once per cell. In any case the frozen
   * part runs without dropout.
   */
  frozenCacheMegabytes: number;
  /**
   * The head before the first update. `linear`: regularized logistic regression on the standardized vectors of the cells, which keeps what was
   * pretrained; of classifiers of cells only. `random`: the weights that the head has.
   */
  headStart: 'random' | 'linear';
  /** Inverse strength of the penalty of the linear head, `C` of scikit-learn. */
  headStrength: number;
  /** Learning rate of the encoder's last layer, as a factor of that of the head. */
  encoderRateFactor: number;
  /** Further factor per layer below the last; the embeddings are one below the first layer. */
  layerDecay: number;
}

/** Arguments of `finetuneTokens`. */
export interface TokenFinetuningArguments extends FinetuningArguments {
  /** Whether every occurrence of a labeled gene has the same weight in the loss, as published, or every gene. */
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
  evalOnStart: false,
  evalSteps: 0,
  earlyStoppingPatience: 0,
  loadBestModelAtEnd: false,
  metricForBestModel: 'loss',
};

/** The pretraining of V1: learning rate 1e-3, linear, 3 epochs, batches of 12; its 10,000 warm-up updates as their share, 2 %. */
export const pretrainingDefaults: Readonly<PretrainingArguments> = {
  ...common,
  learningRate: 1e-3,
  warmupRatio: 0.02,
  mlmProbability: 0.15,
  initialBias: 'zeros',
};

/** Batches of 64 pairs, 128 tokens per view, learning rate 2e-3 with 5 % warm-up. */
export const contrastiveDefaults: Readonly<ContrastiveArguments> = {
  ...common,
  learningRate: 2e-3,
  numTrainEpochs: 30,
  perDeviceTrainBatchSize: 64,
  warmupRatio: 0.05,
  maxLength: 128,
  temperature: 0.1,
  keepAtLeast: 0.3,
  viewTokens: 'top',
  freezePositions: true,
  contrastiveWeight: 1,
  distillationWeight: 1,
};

/** The published fine-tuning on cells: learning rate 5e-5, linear, 10 epochs, batches of 12; its 500 warm-up updates as a share, 5 %. */
export const finetuningDefaults: Readonly<FinetuningArguments> = {
  ...common,
  numTrainEpochs: 10,
  warmupRatio: 0.05,
  freezeLayers: 0,
  freezeEmbeddings: false,
  classWeights: null,
  frozenCacheMegabytes: 1024,
  headStart: 'random',
  headStrength: 1,
  encoderRateFactor: 1,
  layerDecay: 1,
};

/** The published fine-tuning on genes: as for cells, with 1 epoch. */
export const tokenFinetuningDefaults: Readonly<TokenFinetuningArguments> = {
  ...finetuningDefaults,
  numTrainEpochs: 1,
  tokenWeighting: 'occurrence',
};

const positive = new Set(['learningRate', 'numTrainEpochs', 'adamEpsilon', 'keepAtLeast', 'headStrength']);
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
  ['evalOnStart', [true, false]],
  ['headStart', ['random', 'linear']],
  ['freezeEmbeddings', [true, false]],
  ['freezePositions', [true, false]],
  ['viewTokens', ['top', 'random']],
  ['initialBias', ['zeros', 'frequencies']],
  ['tokenWeighting', ['occurrence', 'gene']],
];

/**
 * Returns the arguments completed with defaults.
 *
 * @throws ArgumentError for an unknown name or an invalid value
 */
export function resolveArguments<T extends TrainingArguments>(
  owner: string,
  given: Partial<T>,
  defaults: Readonly<T>,
): T {
  const known = defaults as unknown as Record<string, unknown>;
  checkOptions<Record<string, unknown>>(owner, given, known);
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
