import { LogisticRegression, StandardScaler } from '@geneformer-ts/baselines';
import { selectRows } from '@geneformer-ts/analysis';
import type { DenseMatrix } from '@geneformer-ts/core';
import type { BertForSequenceClassification } from '@geneformer-ts/model';

/** A classifier head, pooler and linear layer, in the layout of the model: weights are [in, out]. */
export interface Head {
  pooler: { weight: Float32Array; bias: Float32Array };
  classifier: { weight: Float32Array; bias: Float32Array };
  classes: number;
}

/** Vectors with the class of each. */
export interface LabeledVectors {
  vectors: DenseMatrix;
  codes: Int32Array;
}

/** Strengths of the penalty that are tried; the validation cells decide. */
const CS = [0.003, 0.03, 0.3, 3];
/** The pooler scales vectors so much that tanh is nearly linear: it changes a value of one standard deviation by 0.3 %. */
const LINEAR_RANGE = 0.1;

/**
 * Fits a head to vectors of a frozen encoder. It is logistic regression on standardized vectors, which has one optimum, in
 * the form of the head: the pooler standardizes, in the range where tanh is nearly linear, and the linear layer has the
 * coefficients. The penalty is the one with the least cross-entropy on the validation cells.
 *
 * @param signal stops between fits
 */
export function fitHead(
  train: LabeledVectors,
  validation: LabeledVectors,
  classes: number,
  signal?: AbortSignal,
): Head {
  const scaler = new StandardScaler().fit(train.vectors);
  const features = scaler.transform(train.vectors);
  let best: { head: Head; loss: number } | undefined;
  for (const C of CS) {
    signal?.throwIfAborted();
    const fitted = new LogisticRegression({ C, maxIter: 500 }).fit(features, train.codes, classes);
    const head = headOf(fitted, scaler, train.vectors.cols, classes);
    const loss = crossEntropy(headProbabilities(head, validation.vectors), validation.codes, classes);
    if (best === undefined || loss < best.loss) best = { head, loss };
  }
  return (best as { head: Head }).head;
}

function headOf({ coef, intercept }: LogisticRegression, scaler: StandardScaler, width: number, classes: number): Head {
  const { mean, scale } = scaler as { mean: Float64Array; scale: Float64Array };
  const pooler = { weight: new Float32Array(width * width), bias: new Float32Array(width) };
  const classifier = { weight: new Float32Array(width * classes), bias: new Float32Array(classes) };
  for (let i = 0; i < width; i++) {
    pooler.weight[i * width + i] = LINEAR_RANGE / scale[i];
    pooler.bias[i] = (-LINEAR_RANGE * mean[i]) / scale[i];
  }
  for (let label = 0; label < classes; label++) {
    // The binomial model has one output; half of it for and against gives the same probabilities.
    const [row, sign] = coef.length === 1 ? [0, label - 0.5] : [label, 1];
    for (let i = 0; i < width; i++) classifier.weight[i * classes + label] = (sign * coef[row][i]) / LINEAR_RANGE;
    classifier.bias[label] = sign * intercept[row];
  }
  return { pooler, classifier, classes };
}

/** Returns the class probabilities that the model computes from vectors with this head, rows × classes. */
export function headProbabilities(
  { pooler, classifier, classes }: Head,
  { rows, cols, data }: DenseMatrix,
): Float32Array {
  const probabilities = new Float32Array(rows * classes);
  const logits = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    logits.set(classifier.bias);
    for (let i = 0; i < cols; i++) {
      // The pooler of a fitted head is diagonal.
      const pooled = Math.tanh(pooler.weight[i * cols + i] * data[row * cols + i] + pooler.bias[i]);
      for (let label = 0; label < classes; label++) logits[label] += pooled * classifier.weight[i * classes + label];
    }
    const largest = logits.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (let label = 0; label < classes; label++) sum += Math.exp(logits[label] - largest);
    for (let label = 0; label < classes; label++) {
      probabilities[row * classes + label] = Math.exp(logits[label] - largest) / sum;
    }
  }
  return probabilities;
}

/** Puts a head into a model. */
export function setHead({ parameters }: BertForSequenceClassification, { pooler, classifier }: Head): void {
  parameters.write(
    new Map([
      ['bert.pooler.dense.weight', pooler.weight],
      ['bert.pooler.dense.bias', pooler.bias],
      ['classifier.weight', classifier.weight],
      ['classifier.bias', classifier.bias],
    ]),
  );
}

/** Returns some labeled vectors. */
export function pick({ vectors, codes }: LabeledVectors, rows: Int32Array): LabeledVectors {
  return { vectors: selectRows(vectors, rows), codes: rows.map((row) => codes[row]) };
}

function crossEntropy(probabilities: Float32Array, codes: Int32Array, classes: number): number {
  let sum = 0;
  codes.forEach((code, row) => (sum -= Math.log(Math.max(probabilities[row * classes + code], 1e-30))));
  return sum / codes.length;
}
