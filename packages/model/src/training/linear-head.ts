import type { Weights } from '../bert/parameters.js';
import { type AnyCells, cellLengths } from '../data/cells.js';
import { embedCells } from '../inference/embed-cells.js';
import type { FrozenStates } from '../inference/frozen-states.js';
import type { BertForSequenceClassification } from '../models/sequence-models.js';
import { fitSoftmax, type Rows } from './softmax-regression.js';

/** Scale of standardized values below tanh: small, so that the pooler is nearly linear. */
const POOLER_SCALE = 0.05;

/**
 * Sets the head of a classifier to regularized logistic regression on the standardized vectors of the cells, the linear probe that a few
 * labels are enough for. A head with random initialization needs thousands of updates to get there, in which it changes the layers
 * below. The pooler standardizes (its tanh stays in the nearly linear part), and the classifier has the coefficients.
 *
 * @param labels class of each cell
 * @param weights weight of each class in the loss
 * @param strength inverse strength of the penalty, `C` of scikit-learn
 * @param states vectors of the cells, if they are known
 */
export async function startLinearHead(
  model: BertForSequenceClassification,
  cells: AnyCells,
  labels: Int32Array,
  { weights, strength, maxLength, states }: HeadOptions,
): Promise<void> {
  const cols = model.config.hidden_size;
  const data = states?.pooled ? states.vectors() : await vectorsOf(model, cells, maxLength);
  const { mean, deviation } = moments(data, cols);
  const pooled = data.map((value, at) => {
    const col = at % cols;
    return Math.tanh((POOLER_SCALE * (value - mean[col])) / deviation[col]) / POOLER_SCALE;
  });
  const rows: Rows = { data: pooled, rows: cellLengths(cells).length, cols };
  const rowWeights = Float64Array.from(labels, (label) => weights[label]);
  const { coefficients, intercepts } = fitSoftmax(rows, labels, model.labels.length, { strength, rowWeights });
  model.parameters.write(headWeights({ mean, deviation, coefficients, intercepts }));
}

interface HeadOptions {
  weights: Float32Array;
  strength: number;
  maxLength: number;
  states: FrozenStates | null;
}

async function vectorsOf(model: BertForSequenceClassification, cells: AnyCells, maxLength: number) {
  const { data } = await embedCells(model, cells, { pooling: model.pooling, ...(maxLength > 0 && { maxLength }) });
  return data;
}

function moments(data: Float32Array, cols: number): { mean: Float64Array; deviation: Float64Array } {
  const rows = data.length / cols;
  const mean = new Float64Array(cols);
  const squares = new Float64Array(cols);
  data.forEach((value, at) => (mean[at % cols] += value / rows));
  data.forEach((value, at) => (squares[at % cols] += (value - mean[at % cols]) ** 2 / rows));
  // A constant column is not scaled.
  return { mean, deviation: squares.map((square) => (square > 0 ? Math.sqrt(square) : 1)) };
}

interface LinearHead {
  mean: Float64Array;
  deviation: Float64Array;
  /** [cols × classes] */
  coefficients: Float64Array;
  intercepts: Float64Array;
}

function headWeights({ mean, deviation, coefficients, intercepts }: LinearHead): Weights {
  const cols = mean.length;
  const pooler = new Float32Array(cols * cols);
  for (let col = 0; col < cols; col++) pooler[col * cols + col] = POOLER_SCALE / deviation[col];
  return new Map([
    ['bert.pooler.dense.weight', pooler],
    ['bert.pooler.dense.bias', Float32Array.from(mean, (value, col) => (-POOLER_SCALE * value) / deviation[col])],
    ['classifier.weight', Float32Array.from(coefficients, (value) => value / POOLER_SCALE)],
    ['classifier.bias', Float32Array.from(intercepts)],
  ]);
}
