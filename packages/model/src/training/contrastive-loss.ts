import { sparseSoftmaxCrossEntropy, tf } from '@geneformer-ts/engine';
import { type DropoutSeeds, embed, encode } from '../bert/encoder.js';
import { weightedMean } from '../bert/heads.js';
import type { PaddedBatch } from '../data/padded-batch.js';
import { classifierInput } from '../models/input.js';
import type { BertModel } from '../models/model.js';

/** Weights of the parts of the loss, and the temperature of the similarities. */
export interface ContrastiveWeights {
  temperature: number;
  contrastiveWeight: number;
  distillationWeight: number;
}

/**
 * Returns the vector of each row of a batch [rows, hidden], that of `embedCells` with pooling `mean`.
 *
 * @param seeds seeds of the dropout, in training only
 */
export function cellVectors(model: BertModel, padded: PaddedBatch, seeds?: DropoutSeeds): tf.Tensor2D {
  const { parameters, config, specialIds } = model;
  const { mean, ...input } = classifierInput(padded, 'mean', specialIds);
  return weightedMean(encode(parameters, config, embed(parameters, config, input, seeds), input, { seeds }), mean!);
}

/**
 * Returns the loss of a batch of pairs. The contrastive part is the cross-entropy of finding the partner of each cell among all cells of
 * the other side, in both directions, by cosine similarity / temperature (InfoNCE, Chen et al. 2020). The distilled part is the
 * mean of 1 − cosine to the target of each cell. Cosines are those of vectors that are centered in the batch, each side on its own: what
 * all cells of a batch share, such as their source, is not compared.
 *
 * @param vectors vectors of the cells [2 × pairs, hidden], all first cells before all second cells
 * @param targets vectors to imitate, of the same shape
 */
export function contrastiveLoss(vectors: tf.Tensor2D, weights: ContrastiveWeights, targets?: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const [first, second] = centeredSides(vectors);
    const parts: tf.Tensor[] = [];
    if (weights.contrastiveWeight > 0) {
      const loss = partnerLoss(first, second, weights.temperature);
      parts.push(tf.mul(loss, tf.scalar(weights.contrastiveWeight)));
    }
    if (targets && weights.distillationWeight > 0) {
      const [firstTarget, secondTarget] = centeredSides(targets);
      const cosines = tf.add(tf.mean(cosineOfRows(first, firstTarget)), tf.mean(cosineOfRows(second, secondTarget)));
      const distance = tf.sub(tf.scalar(1), tf.div(cosines, tf.scalar(2)));
      parts.push(tf.mul(distance, tf.scalar(weights.distillationWeight)));
    }
    return parts.reduce((sum, part) => tf.add(sum, part)) as tf.Scalar;
  });
}

/** Returns the similarities of all first cells (rows) and all second cells (columns): cosines of centered vectors. */
export function similarities(vectors: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const [first, second] = centeredSides(vectors);
    return tf.matMul(first, second, false, true);
  });
}

function partnerLoss(first: tf.Tensor2D, second: tf.Tensor2D, temperature: number): tf.Tensor {
  const partners = tf.tensor1d(
    Int32Array.from({ length: first.shape[0] }, (_, pair) => pair),
    'int32',
  );
  const oneWay = (from: tf.Tensor2D, to: tf.Tensor2D) => {
    const logits = tf.div(tf.matMul(from, to, false, true), tf.scalar(temperature));
    return sparseSoftmaxCrossEntropy(logits, partners);
  };
  return tf.div(tf.add(oneWay(first, second), oneWay(second, first)), tf.scalar(2));
}

const cosineOfRows = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor => tf.sum(tf.mul(a, b), 1);

/** Keeps the length of a vector above 0, if all cells of a batch are equal. */
const LEAST_SQUARE = 1e-12;

/** Returns the vectors of both sides of a batch, centered within their side and with length 1. */
function centeredSides(vectors: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  const [rows, width] = vectors.shape;
  const side = (start: number) => {
    const own = tf.slice(vectors, [start, 0], [rows / 2, width]);
    const centered = tf.sub(own, tf.mean(own, 0, true));
    const squares = tf.sum(tf.square(centered), 1, true);
    return tf.div<tf.Tensor2D>(centered, tf.sqrt(tf.add(squares, tf.scalar(LEAST_SQUARE))));
  };
  return [side(0), side(rows / 2)];
}
