import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { tf } from '@geneformer-ts/engine';
import { encoderLayout, type ParameterSpec } from '../bert/layout.js';
import { checkArray } from '../data/arrays.js';
import { type AnyCells, arraysDigest } from '../data/cells.js';
import type { Embeddings } from '../inference/embed-cells.js';
import type { BertModel } from '../models/model.js';
import { type ContrastiveArguments, contrastiveDefaults, resolveArguments } from './arguments.js';
import { cellVectors, contrastiveLoss, similarities } from './contrastive-loss.js';
import { type PairedCells, type Pairs, pairsDigest, planPairs } from './contrastive-pairs.js';
import type { TrainingRecord } from './run.js';
import { train, trainingOptionNames, type TrainingOptions } from './trainer.js';

/** Options of `pretrainContrastive`. */
export interface ContrastiveOptions extends TrainingOptions, Omit<PairedCells, 'cells'> {
  /** A vector per cell to imitate, as wide as the hidden states; see `distillationWeight`. */
  targets?: Pick<Embeddings, 'data' | 'rows' | 'cols'>;
  /** Held-out cells, evaluated at the end and according to `evalStrategy`: the contrastive loss, and the share of partners found. */
  held?: PairedCells;
}

const known: OptionNames<ContrastiveOptions> = {
  profiles: true,
  sources: true,
  targets: true,
  held: true,
  ...trainingOptionNames,
};
const heldNames: OptionNames<PairedCells> = { cells: true, profiles: true, sources: true };

/**
 * Trains the encoder of a model in place so that the vectors of two cells of one profile are more similar to each other than to those of
 * other profiles. The vector of a cell is that of `embedCells` with pooling `mean`. The masked-gene objective never asks for such a vector;
 * this one makes it useful for cell types that a linear model learns from a few labels. Use it after `pretrain`, or instead of it.
 *
 * ```ts
 * const { codes: profiles } = encodeLabels(profileOfCell);
 * await pretrainContrastive(model, cells, { maxSteps: 1000 }, { profiles, held: { cells: others } });
 * ```
 *
 * Pairs and views depend only on the seed and the epoch. With `targets`, the vectors also imitate those of another model.
 *
 * @param args override `contrastiveDefaults`
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 * @throws LabelError if profiles or sources do not match the cells
 * @throws ArgumentError for invalid arguments or arrays, or if no source has two profiles
 * @throws ResumeMismatchError, ResumeDamagedError if `checkpointDir` contains another run, or a damaged one
 * @throws CheckpointSaveError, TrainingAbortedError, TrainingDivergedError
 */
export async function pretrainContrastive(
  model: BertModel,
  cells: AnyCells,
  args: Partial<ContrastiveArguments> = {},
  settings: ContrastiveOptions = {},
): Promise<TrainingRecord> {
  checkOptions('pretrainContrastive', settings, known);
  const { profiles, sources, targets, held, ...options } = settings;
  if (held) checkOptions('held', held, heldNames);
  const resolved = resolveArguments('ContrastiveArguments', args, contrastiveDefaults);
  checkArguments(resolved, args, targets !== undefined);
  const training = planPairs(model, { cells, ...(profiles && { profiles }), ...(sources && { sources }) }, resolved);
  if (targets) checkTargets(targets, training.readable.lengths.length, model.config.hidden_size);
  const heldOut = held && planPairs(model, held, resolved, 'held.');
  return train(
    model,
    {
      stage: 'contrast',
      heldOption: 'held',
      metrics: ['loss', 'accuracy'],
      trainable: trainable(model, resolved),
      batches: training.batches,
      prepare: (batch, epoch) => {
        const { padded, rows } = training.views(batch, epoch);
        return {
          weight: batch.cells.length,
          loss: (seeds) =>
            contrastiveLoss(cellVectors(model, padded, seeds), resolved, targets && targetsOf(targets, rows)),
        };
      },
      ...(heldOut && { evaluate: () => evaluate(model, heldOut, resolved) }),
      identity: {
        cells: pairsDigest({ cells, ...(profiles && { profiles }), ...(sources && { sources }) }),
        configuration: sha256(JSON.stringify(model.config)),
        ...(targets && { targets: arraysDigest([targets.data]) }),
        ...(held && { 'held-out cells': pairsDigest(held) }),
      },
    },
    resolved,
    options,
  );
}

/** Smaller temperatures give gradients that are too large for one precision, and training diverges. */
const LEAST_TEMPERATURE = 0.001;

function checkArguments(args: ContrastiveArguments, given: Partial<ContrastiveArguments>, hasTargets: boolean): void {
  const { perDeviceTrainBatchSize, tokensPerBatch, keepAtLeast, contrastiveWeight, distillationWeight } = args;
  if (perDeviceTrainBatchSize < 2) {
    const expected = 'a whole number of at least 2: a pair is told from the others of its batch';
    throw ArgumentError.of('perDeviceTrainBatchSize', perDeviceTrainBatchSize, expected);
  }
  if (tokensPerBatch > 0) throw ArgumentError.of('tokensPerBatch', tokensPerBatch, '0: batches are numbers of pairs');
  if (keepAtLeast > 1) throw ArgumentError.of('keepAtLeast', keepAtLeast, 'a share above 0 and at most 1');
  if (args.temperature < LEAST_TEMPERATURE) {
    throw ArgumentError.of('temperature', args.temperature, `a number of at least ${LEAST_TEMPERATURE}`);
  }
  // The default weight applies only where there are targets; a weight that the caller gives must not be without effect.
  if (!hasTargets && (given.distillationWeight ?? 0) > 0) {
    throw new ArgumentError('distillationWeight', 'needs vectors to imitate', 'give targets');
  }
  if (contrastiveWeight === 0 && !(hasTargets && distillationWeight > 0)) {
    throw ArgumentError.of(
      'contrastiveWeight',
      0,
      'a number above 0, or give targets and a distillationWeight above 0',
    );
  }
}

const POSITIONS = 'bert.embeddings.position_embeddings.weight';

function trainable({ config }: BertModel, { freezePositions }: ContrastiveArguments): ParameterSpec[] {
  return encoderLayout(config).filter(({ name }) => !(freezePositions && name === POSITIONS));
}

function checkTargets({ data, rows, cols }: Pick<Embeddings, 'data' | 'rows' | 'cols'>, cells: number, hidden: number) {
  checkArray('targets.data', data, 'Float32Array');
  if (rows !== cells || cols !== hidden) {
    throw ArgumentError.of('targets', `${rows} × ${cols}`, `one row per cell, ${cells} × ${hidden}`);
  }
  if (data.length !== rows * cols) {
    throw new ArgumentError('targets.data', `has ${data.length} values`, `give ${rows} × ${cols}, row by row`);
  }
  // Without this check, the loss becomes NaN as soon as a batch has the cell, after minutes or hours.
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const where = `row ${Math.floor(wrong / cols)}, column ${wrong % cols}`;
    throw new ArgumentError('targets.data', `${where} is ${data[wrong]}`, 'give finite numbers');
  }
}

function targetsOf({ data, cols }: Pick<Embeddings, 'data' | 'cols'>, rows: Int32Array): tf.Tensor2D {
  const values = new Float32Array(rows.length * cols);
  rows.forEach((cell, row) => values.set(data.subarray(cell * cols, (cell + 1) * cols), row * cols));
  return tf.tensor2d(values, [rows.length, cols]);
}

/** Epochs count from 0; −1 makes the pairs and views of held-out cells independent of those in training, and the same at every call. */
const HELD_OUT = -1;

async function evaluate(
  model: BertModel,
  { batches, views }: Pairs,
  args: ContrastiveArguments,
): Promise<{ loss: number; accuracy: number }> {
  let [sum, right, count] = [0, 0, 0];
  for (const [batch] of batches.ofEpoch(HELD_OUT)) {
    const { padded } = views(batch, HELD_OUT);
    const pairs = batch.cells.length;
    const [loss, similar] = tf.tidy(() => {
      const vectors = cellVectors(model, padded);
      const weights = { ...args, contrastiveWeight: 1, distillationWeight: 0 };
      return [contrastiveLoss(vectors, weights), similarities(vectors)];
    });
    sum += (await loss.data())[0] * pairs;
    const values = await similar.data<'float32'>();
    tf.dispose([loss, similar]);
    for (let row = 0; row < pairs; row++) {
      const own = values.subarray(row * pairs, (row + 1) * pairs);
      if (own.indexOf(own.reduce((a, b) => Math.max(a, b))) === row) right++;
    }
    count += pairs;
  }
  return { loss: sum / count, accuracy: right / count };
}
